package aem.itest;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import aem.api.AemProcess;
import aem.api.EventDescriptor;
import aem.api.io.SocketOption;
import aem.api.socket.AcceptHandler;
import aem.api.socket.Connection;
import aem.api.socket.DirectReadHandler;
import aem.api.socket.Listener;
import aem.api.socket.SocketEvents;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.inject.Inject;
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

/** The promises of a connection's unsent bytes, with a peer that does not read. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ConnectionIT {
    private static final int SMALL_BUFFER_BYTES = 4096;

    @Inject
    private BundleContext context;

    private Aem aem;
    private SocketEvents sockets;
    private AemProcess process;
    private Aem.Base base;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("ConnectionIT").toAbsolutePath())};
    }

    @Before
    public void createProcess() throws Exception {
        aem = new Aem(context);
        aem.assertEchoWorks();
        sockets = aem.service(SocketEvents.class);
        base = aem.base();
        process = aem.processes().create("connections");
    }

    @After
    public void shouldHaveNothingLeft() {
        process.close();
        aem.awaitBase(base);
        aem.assertBalanced();
        aem.assertNoReports();
    }

    @Test
    public void shouldNeverReadMoreThanAnAnswerHasRoomFor() throws Exception {
        for (int limitBytes : new int[] {1, 2, 511, 4096, 100_000}) {
            AtomicReference<Connection> echo = new AtomicReference<>();
            Listener listener = listen((event, connection) -> {
                connection.unsentLimitBytes(limitBytes);
                sockets.read(connection, (e, c, data) -> {
                    if (!c.write(data)) {
                        throw new AssertionError(data.length() + " bytes refused at " + c.unsentBytes());
                    }
                });
                echo.set(connection);
            });
            try (EchoClient client = new EchoClient(port(listener), limitBytes)) {
                byte[] bytes = client.randomBytes(Math.min(limitBytes * 20_000, 1 << 20));
                Thread sender = Thread.ofPlatform().daemon().start(() -> {
                    try {
                        client.send(bytes);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                Await.until(
                        "the way is full, or all is under way",
                        () -> !sender.isAlive()
                                || echo.get() != null && echo.get().unsentBytes() > 0);
                client.expect(bytes);
                Await.end(sender);
            }
            listener.close();
        }
    }

    @Test
    public void shouldReadIntoMemoryOfTheApplication() throws Exception {
        List<MemorySegment> destinations = List.of(
                MemorySegment.ofArray(new byte[1000]),
                MemorySegment.ofBuffer(ByteBuffer.allocate(3000)),
                MemorySegment.ofBuffer(ByteBuffer.allocateDirect(70_000)),
                Arena.ofAuto().allocate(1));
        for (MemorySegment destination : destinations) {
            Listener listener = listen((event, connection) -> sockets.readInto(connection, new DirectReadHandler() {
                @Override
                public MemorySegment destination(Connection from) {
                    return destination;
                }

                @Override
                public void onRead(EventDescriptor e, Connection from, int length) {
                    if (!from.write(destination.asSlice(0, length))) {
                        throw new AssertionError(length + " bytes refused");
                    }
                }
            }));
            try (EchoClient client = new EchoClient(port(listener), (int) destination.byteSize())) {
                for (int i = 0; i < 20; i++) {
                    client.randomRound(10_000);
                }
            }
            listener.close();
        }
    }

    @Test
    public void shouldSendWhatAnotherThreadHasWrittenBeforeItCloses() throws Exception {
        Semaphore room = new Semaphore(0);
        AtomicReference<Connection> accepted = new AtomicReference<>();
        Listener listener = listen((event, connection) -> {
            connection.option(SocketOption.SEND_BUFFER_BYTES, SMALL_BUFFER_BYTES);
            connection.unsentLimitBytes(20_000);
            sockets.room(connection, (e, c) -> room.release());
            accepted.set(connection);
        });
        try (EchoClient client = new EchoClient(port(listener), 1)) {
            Await.until("accepted", () -> accepted.get() != null);
            byte[] bytes = client.randomBytes(1_000_000);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread writer = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int sent = 0; sent < bytes.length; sent += 10_000) {
                        while (!accepted.get().write(bytes, sent, 10_000)) {
                            if (!room.tryAcquire(Await.LIMIT_MS, TimeUnit.MILLISECONDS)) {
                                throw new IllegalStateException("room is not told");
                            }
                        }
                    }
                    accepted.get().close();
                } catch (Throwable t) {
                    failure.set(t);
                }
            });
            byte[] read = client.socket().getInputStream().readNBytes(bytes.length);
            if (failure.get() != null) {
                throw new AssertionError(failure.get());
            }
            assertArrayEquals(bytes, read);
            client.expectEnd();
            Await.end(writer);
        }
    }

    @Test
    public void shouldKeepTheWorkerGoingWhenAnotherThreadWritesAndClosesAtOnce() throws Exception {
        Listener listener = listen((event, connection) -> Thread.startVirtualThread(() -> {
            connection.write(new byte[] {1, 2, 3});
            connection.close();
        }));
        for (int i = 0; i < 500; i++) {
            try (EchoClient client = new EchoClient(port(listener), i)) {
                client.expect(new byte[] {1, 2, 3});
                client.expectEnd();
            }
        }
    }

    @Test
    public void shouldNotMixTheWritesOfSeveralThreads() throws Exception {
        int writers = 4;
        int writes = 200;
        Listener listener = listen((event, connection) -> {
            for (int w = 0; w < writers; w++) {
                byte number = (byte) w;
                Thread.startVirtualThread(() -> {
                    byte[] message = new byte[100];
                    Arrays.fill(message, number);
                    for (int i = 0; i < writes; i++) {
                        message[0] = (byte) i;
                        while (!connection.write(message)) {
                            Thread.onSpinWait();
                        }
                    }
                });
            }
        });
        try (EchoClient client = new EchoClient(port(listener), 1)) {
            int[] next = new int[writers];
            for (int i = 0; i < writers * writes; i++) {
                byte[] message = client.socket().getInputStream().readNBytes(100);
                byte number = message[1];
                assertEquals((byte) next[number]++, message[0]);
                for (int at = 1; at < message.length; at++) {
                    assertEquals(number, message[at]);
                }
            }
        }
    }

    private Listener listen(AcceptHandler handler) {
        Listener listener = sockets.listen(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        sockets.accept(listener, handler);
        return listener;
    }

    private static int port(Listener listener) {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }
}
