package aem.itest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import aem.api.AemProcess;
import aem.api.EventFlag;
import aem.api.LimitExceededException;
import aem.api.ProcessLimits;
import aem.api.StaleDataException;
import aem.api.io.IoError;
import aem.api.memory.EventData;
import aem.api.socket.CloseReason;
import aem.api.socket.Connection;
import aem.api.socket.Listener;
import aem.api.socket.SocketEvents;
import aem.api.socket.SocketFailedException;
import aem.api.timer.TimerEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.inject.Inject;
import org.apache.felix.service.command.CommandProcessor;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** Wrong arguments, broken peers and failing handlers: a clear message with the value, and the runtime goes on. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class BadInputIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Inject
    private BundleContext context;

    private Aem aem;
    private Aem.Base base;
    private SocketEvents sockets;
    private TimerEvents timers;
    private AemProcess process;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("BadInputIT").toAbsolutePath())};
    }

    @Before
    public void setUp() throws Exception {
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
        aem.assertEchoWorks();
        aem.awaitBase(base);
        aem.assertBalanced();
    }

    private static int port(Listener listener) {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Test
    public void shouldTellThatThePortIsInUse() {
        Listener listener = sockets.listen(process, ANY_PORT);
        var e = assertThrows(SocketFailedException.class, () -> sockets.listen(process, listener.localAddress()));
        assertTrue(e.getMessage(), e.getMessage().contains(":" + port(listener)));
        assertTrue(e.getMessage(), e.getMessage().contains("EADDRINUSE (Address already in use)"));
    }

    @Test
    public void shouldTellAnUnknownHost() {
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("no.such.host.invalid", 80);
        var e = assertThrows(
                SocketFailedException.class, () -> sockets.connect(process, nowhere, (event, c, error) -> {}));
        assertTrue(e.getMessage(), e.getMessage().contains("no.such.host.invalid"));
        assertThrows(SocketFailedException.class, () -> sockets.listen(process, nowhere));
    }

    @Test
    public void shouldTellARefusedConnectToTheHandler() {
        Listener listener = sockets.listen(process, ANY_PORT);
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        listener.close();
        Await.until("the listener is closed", () -> !listener.isOpen());
        AtomicReference<IoError> told = new AtomicReference<>();
        AtomicReference<Boolean> open = new AtomicReference<>();
        sockets.connect(process, address, (event, connection, error) -> {
            open.set(connection.isOpen());
            told.set(error);
        });
        assertEquals(IoError.CONNECTION_REFUSED, Await.value("the handler is told", told::get));
        assertFalse(open.get());
    }

    @Test
    public void shouldRefuseWrongArgumentsWithTheValue() {
        var size = assertThrows(IllegalArgumentException.class, () -> sockets.listen(process, ANY_PORT, -1));
        assertEquals("backlog must be from 1 to 65535: -1", size.getMessage());
        var interval = assertThrows(
                IllegalArgumentException.class, () -> timers.evtimer(process, (e, ns) -> {}, Duration.ofNanos(-1)));
        assertEquals("interval must not be negative: PT-0.000000001S", interval.getMessage());
        var limit = assertThrows(IllegalArgumentException.class, () -> new ProcessLimits(0, 1, 1));
        assertEquals("limit events must be positive: 0", limit.getMessage());
        assertThrows(NullPointerException.class, () -> timers.evtimer(process, null, Duration.ZERO));
        var fork = assertThrows(
                IllegalArgumentException.class,
                () -> timers.evtimer(process, (e, ns) -> {}, Duration.ZERO, EventFlag.FORK));
        assertTrue(fork.getMessage(), fork.getMessage().contains("FORK"));
        assertThrows(IllegalArgumentException.class, () -> aem.processes().create(" "));
    }

    @Test
    public void shouldRefuseWhatExceedsAProcesssLimits() {
        AemProcess small = aem.processes().create("small", new ProcessLimits(2, 1, 1 << 20));
        try {
            timers.evtimer(small, (e, ns) -> {}, Duration.ofHours(1));
            timers.evtimer(small, (e, ns) -> {}, Duration.ofHours(1));
            var events = assertThrows(
                    LimitExceededException.class, () -> timers.evtimer(small, (e, ns) -> {}, Duration.ofHours(1)));
            assertEquals("events of process small: 3 exceeds the limit of 2", events.getMessage());
            sockets.listen(small, ANY_PORT);
            var connections = assertThrows(LimitExceededException.class, () -> sockets.listen(small, ANY_PORT));
            assertEquals("connections of process small: 2 exceeds the limit of 1", connections.getMessage());
        } finally {
            small.close();
        }
        assertThrows(IllegalStateException.class, () -> timers.evtimer(small, (e, ns) -> {}, Duration.ZERO));
    }

    /** With room for one small block at a time reading waits for memory, and every byte comes all the same. */
    @Test
    public void shouldReadOnWhenMemoryReturns() throws Exception {
        AemProcess tight = aem.processes().create("tight", new ProcessLimits(10, 10, 64 << 10));
        try {
            Listener listener = sockets.listen(tight, ANY_PORT);
            sockets.accept(listener, (e, c) -> sockets.read(c, (event, connection, data) -> connection.write(data)));
            try (EchoClient client = new EchoClient(port(listener), 5)) {
                for (int i = 0; i < 50; i++) {
                    client.randomRound(60 << 10);
                }
            }
        } finally {
            tight.close();
        }
    }

    @Test
    public void shouldCountAndNameAHandlerThatThrows() throws Exception {
        AtomicReference<CloseReason> reason = new AtomicReference<>();
        Listener listener = sockets.listen(process, ANY_PORT);
        sockets.accept(listener, (e, c) -> {
            sockets.close(c, (event, connection, why) -> reason.set(why));
            sockets.read(c, (event, connection, data) -> {
                throw new IllegalStateException("reader gave up");
            });
        });
        try (EchoClient client = new EchoClient(port(listener), 1)) {
            client.send(new byte[10]);
            client.awaitEnd();
        }
        assertEquals(CloseReason.HANDLER_FAILED, Await.value("the close handler is told", reason::get));
        aem.awaitReport("reader gave up", "socket read", "process bad");

        AtomicInteger fired = new AtomicInteger();
        timers.evtimer(
                process,
                (e, ns) -> {
                    fired.incrementAndGet();
                    throw new IOException("timer gave up");
                },
                Duration.ZERO,
                Duration.ofMillis(1));
        Await.until("the timer goes on", () -> fired.get() >= 5);
        aem.awaitReport("timer gave up");

        AtomicInteger accepted = new AtomicInteger();
        Listener moody = sockets.listen(process, ANY_PORT);
        sockets.accept(moody, (e, c) -> {
            if (accepted.incrementAndGet() == 1) {
                throw new IllegalStateException("accept gave up");
            }
            sockets.read(c, (event, connection, data) -> connection.write(data));
        });
        EchoClient.awaitRefusal(port(moody));
        try (EchoClient client = new EchoClient(port(moody), 2)) {
            client.randomRound(1000);
        }
        aem.awaitReport("accept gave up");
        assertTrue(aem.runtime().ledger().failed >= 7);
    }

    @Test
    public void shouldLetAHandlerCloseItsOwnConnection() throws Exception {
        Listener listener = sockets.listen(process, ANY_PORT);
        AtomicReference<CloseReason> reason = new AtomicReference<>();
        sockets.accept(listener, (e, c) -> {
            sockets.close(c, (event, connection, why) -> reason.set(why));
            sockets.read(c, (event, connection, data) -> {
                connection.write(data);
                connection.close();
                assertFalse(connection.write(data));
            });
        });
        try (EchoClient client = new EchoClient(port(listener), 1)) {
            byte[] bytes = client.randomBytes(100);
            client.send(bytes);
            client.expect(bytes);
            client.expectEnd();
        }
        assertEquals(CloseReason.LOCAL, Await.value("the close handler is told", reason::get));
    }

    @Test
    public void shouldTellAPeersResetInTheMiddleOfAWrite() throws Exception {
        Listener listener = sockets.listen(process, ANY_PORT);
        AtomicReference<CloseReason> reason = new AtomicReference<>();
        AtomicReference<Connection> connected = new AtomicReference<>();
        sockets.accept(listener, (e, c) -> {
            sockets.close(c, (event, connection, why) -> reason.set(why));
            c.unsentLimitBytes(16 << 20);
            while (c.write(new byte[1 << 20])) {
                // until nothing fits any more
            }
            connected.set(c);
        });
        try (EchoClient client = new EchoClient(port(listener), 1)) {
            Connection connection = Await.value("accepted", connected::get);
            Await.until("bytes wait", () -> connection.unsentBytes() > 0);
            client.reset();
        }
        assertEquals(CloseReason.PEER_RESET, Await.value("the close handler is told", reason::get));
        var tooLong = assertThrows(
                IllegalArgumentException.class, () -> connected.get().write(new byte[(16 << 20) + 1]));
        assertTrue(tooLong.getMessage(), tooLong.getMessage().contains("16777217"));
    }

    @Test
    public void shouldRefuseDataThatWasKeptTooLong() throws Exception {
        Listener listener = sockets.listen(process, ANY_PORT);
        AtomicReference<EventData> kept = new AtomicReference<>();
        sockets.accept(
                listener,
                (e, c) -> sockets.read(c, (event, connection, data) -> {
                    kept.set(data);
                    connection.write(data);
                }));
        try (EchoClient client = new EchoClient(port(listener), 1)) {
            client.randomRound(100);
            var e = assertThrows(StaleDataException.class, () -> kept.get().getByte(0));
            assertTrue(e.getMessage(), e.getMessage().contains("socket read of process bad"));
        }
    }

    @Test
    public void shouldTellAnUnknownDescriptorInTheShell() throws Exception {
        assertEquals("aem:cancel: no live event 4711", shell("aem:cancel 4711"));
        assertTrue(shell("aem:evctl 4711 priority HIGH").contains("4711"));
        assertTrue(shell("aem:evctl 1 priority 5000").contains("priority must be from 1 to 1024: 5000"));
        assertTrue(shell("aem:evctl x priority HIGH").contains("x"));
    }

    private String shell(String line) throws Exception {
        CommandProcessor processor = aem.service(CommandProcessor.class);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream print = new PrintStream(out, true, UTF_8);
                var session = processor.createSession(InputStream.nullInputStream(), print, print)) {
            session.execute(line);
        }
        return out.toString(UTF_8).trim();
    }
}
