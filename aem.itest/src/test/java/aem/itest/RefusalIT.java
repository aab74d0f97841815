package aem.itest;

import static aem.api.EventFlag.FORK;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import aem.api.AemProcess;
import aem.api.Control;
import aem.api.ControlRefusedException;
import aem.api.EventDescriptor;
import aem.api.EventState;
import aem.api.LimitExceededException;
import aem.api.ProcessLimits;
import aem.api.StaleDataException;
import aem.api.memory.RetainedData;
import aem.api.socket.AcceptHandler;
import aem.api.socket.Connection;
import aem.api.socket.Listener;
import aem.api.socket.ReadHandler;
import aem.api.socket.SocketEvents;
import aem.api.timer.TimerEvents;
import aem.api.timer.TimerHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** What is refused, at the call or later: each names the value and the limit, and leaves nothing behind. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class RefusalIT {
    private static final Duration SOON = Duration.ofMillis(2);
    private static final ReadHandler NOTHING = (event, connection, data) -> {};
    private static final TimerHandler NO_TIMER = (event, elapsedNs) -> {};

    @Inject
    private BundleContext context;

    private Aem aem;
    private SocketEvents sockets;
    private TimerEvents timers;
    private AemProcess process;
    private Aem.Base base;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("RefusalIT").toAbsolutePath())};
    }

    @Before
    public void createProcess() throws Exception {
        aem = new Aem(context);
        aem.assertEchoWorks();
        sockets = aem.service(SocketEvents.class);
        timers = aem.service(TimerEvents.class);
        base = aem.base();
        process = aem.processes().create("bad");
    }

    @After
    public void shouldGoOn() throws Exception {
        process.close();
        aem.awaitBase(base);
        aem.assertBalanced();
        aem.assertEchoWorks();
    }

    // ---- handlers -------------------------------------------------------------------------------------------------

    @Test
    public void shouldSurviveAnErrorThrownByAHandler() {
        timers.evtimer(
                process,
                (e, elapsedNs) -> {
                    throw new StackOverflowError("of a handler");
                },
                SOON);
        aem.awaitReport("process bad", "StackOverflowError: of a handler");
    }

    @Test
    public void shouldLetAHandlerCancelItsOwnEvent() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        EventDescriptor event = timers.evtimer(
                process,
                (e, elapsedNs) -> {
                    calls.incrementAndGet();
                    assertTrue(e.cancel());
                    assertFalse(e.cancel());
                },
                SOON,
                SOON);
        Await.until("the event ends", () -> event.state() == EventState.ENDED && calls.get() == 1);
        aem.assertBalanced();
        assertEquals(1, calls.get());
    }

    // ---- values ---------------------------------------------------------------------------------------------------

    @Test
    public void shouldNameNegativeSizesAndIntervals() throws Exception {
        Duration negative = Duration.ofMillis(-4711);
        assertIllegal(() -> timers.evtimer(process, NO_TIMER, negative), negative.toString());
        assertIllegal(() -> timers.evtimer(process, NO_TIMER, SOON, negative), negative.toString());
        assertIllegal(() -> new Control.SetPeriod(negative), negative.toString());
        assertIllegal(() -> new Control.SetPriority(0), "0", "1024");
        assertIllegal(() -> new ProcessLimits(-1, 1, 1), "events", "-1");
        assertIllegal(() -> ProcessLimits.DEFAULT.withConnections(0), "connections", "0");
        assertIllegal(() -> ProcessLimits.DEFAULT.withMemoryBytes(-4711), "memoryBytes", "-4711");
        assertIllegal(() -> sockets.listen(process, local(0), -4711), "backlog", "-4711");
        assertIllegal(() -> aem.processes().create(" "), "name");
        withConnection((event, connection, data) -> {
            assertIllegal(() -> connection.unsentLimitBytes(-4711), "-4711");
            assertIllegal(() -> connection.unsentLimitBytes(0), "0");
            assertIllegal(() -> connection.unsentLimitBytes((16 << 20) + 1), "16777217");
            byte[] tooLong = new byte[connection.unsentLimitBytes() + 1];
            assertIllegal(() -> connection.write(tooLong), "" + tooLong.length, "" + connection.unsentLimitBytes());
            assertThrown(IndexOutOfBoundsException.class, () -> connection.write(new byte[8], -3, 4), "-3");
            assertThrown(IndexOutOfBoundsException.class, () -> connection.write(new byte[8], 3, -4), "-4");
            assertThrown(IndexOutOfBoundsException.class, () -> connection.write(new byte[8], 3, 6), "8");
            assertThrown(IndexOutOfBoundsException.class, () -> data.getByte(-1), "-1");
            assertThrown(IndexOutOfBoundsException.class, () -> data.getLong(data.length() - 7), "" + data.length());
        });
    }

    @Test
    public void shouldNameWhatIsNull() throws Exception {
        Listener listener = listen((event, connection) -> {});
        assertThrown(NullPointerException.class, () -> timers.evtimer(process, null, SOON), "handler");
        assertThrown(NullPointerException.class, () -> timers.evtimer(null, NO_TIMER, SOON), "process");
        assertThrown(NullPointerException.class, () -> timers.evtimer(process, NO_TIMER, (Duration) null), "interval");
        assertThrown(NullPointerException.class, () -> sockets.listen(process, null), "address");
        assertThrown(NullPointerException.class, () -> sockets.listen(null, local(0)), "process");
        assertThrown(NullPointerException.class, () -> sockets.accept(listener, null), "handler");
        assertThrown(NullPointerException.class, () -> sockets.accept(null, (e, c) -> {}), "listener");
        assertThrown(
                NullPointerException.class, () -> sockets.connect(process, local(aem.echoPort()), null), "handler");
        withConnection((event, connection, data) -> {
            assertThrown(NullPointerException.class, () -> sockets.close(connection, null), "handler");
            assertThrown(NullPointerException.class, () -> sockets.room(connection, null), "handler");
            assertThrown(NullPointerException.class, () -> sockets.read(null, NOTHING), "connection");
        });
    }

    @Test
    public void shouldRefuseFlagsAndControlsThatItDoesNotOffer() throws Exception {
        Listener listener = sockets.listen(process, local(0));
        assertIllegal(() -> sockets.accept(listener, (e, c) -> {}, FORK), "FORK");
        assertIllegal(() -> timers.evtimer(process, NO_TIMER, SOON, FORK), "FORK");
        EventDescriptor accept = sockets.accept(listener, (e, c) -> {});
        assertThrown(
                ControlRefusedException.class,
                () -> accept.control(new Control.SetFlag(FORK, true)),
                "event " + accept.id(),
                "FORK");
        assertThrown(
                ControlRefusedException.class,
                () -> accept.control(new Control.SetPeriod(SOON)),
                "event " + accept.id(),
                SOON.toString());
        assertThrown(
                ControlRefusedException.class,
                () -> accept.control(new Control.Custom("colour", "blue")),
                "colour blue");
        assertIllegal(() -> sockets.accept(listener, (e, c) -> {}), "already", "accept");
        accept.cancel();
        assertThrown(ControlRefusedException.class, () -> accept.control(new Control.SetPriority(7)), "has ended");
    }

    @Test
    public void shouldRefuseWhatIsAskedOfAClosedProcessListenerOrConnection() throws Exception {
        Listener listener = sockets.listen(process, local(0));
        listener.close();
        Await.until("the listener is closed", () -> !listener.isOpen());
        assertThrown(IllegalStateException.class, () -> sockets.accept(listener, (e, c) -> {}), "closed");
        AtomicReference<Connection> over = new AtomicReference<>();
        withConnection((event, connection, data) -> {
            over.set(connection);
            connection.close();
        });
        Await.until("the connection is closed", () -> !over.get().isOpen());
        assertThrown(IllegalStateException.class, () -> sockets.read(over.get(), NOTHING), "closed");
        process.close();
        assertThrown(IllegalStateException.class, () -> timers.evtimer(process, NO_TIMER, SOON), "bad", "closed");
        assertThrown(IllegalStateException.class, () -> sockets.listen(process, local(0)), "bad", "closed");
    }

    // ---- quotas ---------------------------------------------------------------------------------------------------

    @Test
    public void shouldRefuseTheEventThatExceedsTheLimitOfItsProcess() {
        process.close();
        process = aem.processes().create("bad", ProcessLimits.DEFAULT.withEvents(3));
        Duration late = Duration.ofHours(1);
        EventDescriptor first = timers.evtimer(process, NO_TIMER, late);
        timers.evtimer(process, NO_TIMER, late);
        timers.evtimer(process, NO_TIMER, late);
        LimitExceededException thrown = assertThrown(
                LimitExceededException.class, () -> timers.evtimer(process, NO_TIMER, late), "bad", "4", "3");
        assertEquals(4, thrown.value());
        assertEquals(3, thrown.limit());
        first.cancel();
        Await.until("the cancelled one does not count", () -> process.events().size() == 2);
        timers.evtimer(process, NO_TIMER, late);
        assertEquals(3, process.events().size());
    }

    @Test
    public void shouldResetTheConnectionThatExceedsTheLimitOfItsProcess() throws Exception {
        process.close();
        process = aem.processes().create("bad", ProcessLimits.DEFAULT.withConnections(3));
        Listener listener = listen((event, connection) -> echo(connection)); // the first of the three
        try (EchoClient second = new EchoClient(port(listener), 2)) {
            second.randomRound(100);
            try (EchoClient third = new EchoClient(port(listener), 3)) {
                third.randomRound(100);
                EchoClient.awaitRefusal(port(listener));
                aem.awaitReport("process bad", "3 connections");
                assertThrown(
                        LimitExceededException.class,
                        () -> sockets.connect(process, local(aem.echoPort()), (e, c, error) -> {}),
                        "bad",
                        "4",
                        "3");
                third.randomRound(100);
            }
            Await.until("there is room again", () -> aem.process(process.id()).connections == 2);
            try (EchoClient next = new EchoClient(port(listener), 5)) {
                next.randomRound(100);
            }
            second.randomRound(100);
        }
    }

    /** Whoever keeps all that he is lent gets no more until he gives some back; then not a byte is missing. */
    @Test
    public void shouldStopReadingWhenTheMemoryOfTheProcessIsUsedUp() throws Exception {
        int limit = 64 << 10;
        process.close();
        process = aem.processes().create("bad", ProcessLimits.DEFAULT.withMemoryBytes(limit));
        ConcurrentLinkedQueue<RetainedData> kept = new ConcurrentLinkedQueue<>();
        Listener listener =
                listen((event, connection) -> sockets.read(connection, (e, c, data) -> kept.add(data.retain())));
        try (EchoClient client = new EchoClient(port(listener), 1)) {
            byte[] bytes = client.randomBytes(1 << 20);
            Thread sender = Thread.ofPlatform().name("sender").daemon().start(() -> {
                try {
                    client.send(bytes);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            aem.awaitReport("process bad", "" + limit);
            ByteArrayOutputStream taken = new ByteArrayOutputStream();
            Await.until(() -> taken.size() + " bytes of " + bytes.length + " were read", () -> {
                assertTrue(aem.process(process.id()).memoryBytes <= limit);
                for (RetainedData data = kept.poll(); data != null; data = kept.poll()) {
                    taken.writeBytes(data.toByteArray());
                    data.release();
                    assertThrown(StaleDataException.class, data::release);
                }
                return taken.size() >= bytes.length;
            });
            assertArrayEquals(bytes, taken.toByteArray());
            Await.end(sender);
        }
    }

    // ---- helpers --------------------------------------------------------------------------------------------------

    private Listener listen(AcceptHandler handler) {
        Listener listener = sockets.listen(process, local(0));
        sockets.accept(listener, handler);
        return listener;
    }

    private void echo(Connection connection) {
        sockets.read(connection, (event, c, data) -> assertTrue(c.write(data)));
    }

    /** Runs the checks in a read handler. */
    private void withConnection(ReadHandler checks) throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicInteger calls = new AtomicInteger();
        Listener listener = listen((event, connection) -> sockets.read(connection, (e, c, data) -> {
            try {
                checks.onRead(e, c, data);
            } catch (Throwable t) {
                failure.set(t);
            }
            calls.incrementAndGet();
        }));
        try (EchoClient client = new EchoClient(port(listener), 1)) {
            client.send(new byte[16]);
            Await.until("the handler is called", () -> calls.get() > 0);
        }
        if (failure.get() != null) {
            throw new AssertionError("in the handler: " + failure.get(), failure.get());
        }
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static int port(Listener listener) {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    private static void assertIllegal(ThrowingRunnable call, String... parts) {
        assertThrown(IllegalArgumentException.class, call, parts);
    }

    /** The message holds all of these. */
    private static <T extends Throwable> T assertThrown(Class<T> type, ThrowingRunnable call, String... parts) {
        T thrown = assertThrows(type, call);
        String message = String.valueOf(thrown.getMessage());
        for (String part : parts) {
            assertTrue(message + " (should name " + Arrays.asList(parts) + ")", message.contains(part));
        }
        return thrown;
    }
}
