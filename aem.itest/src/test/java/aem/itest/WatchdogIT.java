package aem.itest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import aem.api.AemProcess;
import aem.api.StaleDataException;
import aem.api.dto.PoolDTO;
import aem.api.dto.WorkerDTO;
import aem.api.memory.RetainedData;
import aem.api.socket.AcceptHandler;
import aem.api.socket.Listener;
import aem.api.socket.ReadHandler;
import aem.api.socket.SocketEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.osgi.service.cm.ConfigurationAdmin;

/** A handler that blocks its worker is named and costs nobody but its own process. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class WatchdogIT {
    private static final int CONNECTIONS = 10;

    @Inject
    private BundleContext context;

    private Aem aem;
    private SocketEvents sockets;
    private final List<AemProcess> processes = new ArrayList<>();
    private Aem.Base base;
    private CountDownLatch release;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("WatchdogIT").toAbsolutePath())};
    }

    @Before
    public void setLimit() throws Exception {
        aem = new Aem(context);
        aem.assertEchoWorks();
        sockets = aem.service(SocketEvents.class);
        aem.service(ConfigurationAdmin.class)
                .getConfiguration("aem.core", null)
                .update(new Hashtable<>(Map.of("aem.watchdog.limit", "50ms")));
        base = aem.base();
        release = new CountDownLatch(1);
    }

    @After
    public void shouldHaveNothingLeft() {
        release.countDown();
        processes.forEach(AemProcess::close);
        aem.awaitBase(base);
        Await.until("all have returned", () -> detached() == 0);
        Await.until(
                () -> "threads of detached handlers end: " + Aem.threads(),
                () -> Aem.threads().stream().noneMatch(name -> name.startsWith("aem-detached")));
        aem.assertBalanced();
    }

    @Test
    public void shouldLetAllOtherProcessesOfTheWorkerGoOn() throws Exception {
        AemProcess blocked = process("blocked");
        AemProcess sibling = siblingOf(blocked);
        Listener blocking = listen(blocked, (e, c, data) -> {
            if (data.getByte(0) == 'B') {
                await();
            }
            c.write(data);
        });
        Listener echo = listen(sibling, (e, c, data) -> c.write(data));
        try (EchoClient victim = new EchoClient(port(blocking), 1);
                EchoClient waiting = new EchoClient(port(blocking), 2);
                EchoClient other = new EchoClient(port(echo), 3)) {
            victim.round(10);
            waiting.round(10);
            victim.send("Block".getBytes(UTF_8));
            String report = aem.awaitReport("process blocked", "blocks worker", "its process waits");
            assertTrue(report, report.contains("CountDownLatch.await") || report.contains("park"));
            assertEquals(1, aem.runtime().ledger().running);
            aem.assertBalanced();
            byte[] first = waiting.randomBytes(1000);
            waiting.send(first); // of the same process: it waits its turn
            for (int i = 0; i < 200; i++) {
                other.randomRound(10_000);
            }
            assertEquals(
                    "bytes of the blocked process",
                    0,
                    waiting.socket().getInputStream().available());
            release.countDown();
            victim.expect("Block".getBytes(UTF_8));
            waiting.expect(first);
            victim.randomRound(1000);
        }
    }

    @Test
    public void shouldSurviveManyThatBlockAndCallTheApi() throws Exception {
        AemProcess[] blocked = new AemProcess[CONNECTIONS];
        EchoClient[] clients = new EchoClient[CONNECTIONS];
        for (int i = 0; i < CONNECTIONS; i++) {
            blocked[i] = process("many" + i);
            Listener listener = listen(blocked[i], (e, c, data) -> {
                byte[] bytes = data.toByteArray();
                c.write(bytes, 0, 1);
                if (bytes[0] == 'B') {
                    await();
                }
                c.write(bytes, 1, 1); // by way of the lane
                var kept = data.retain();
                sockets.close(c, (event, connection, reason) -> {});
                c.write(kept, 2, bytes.length - 2);
                kept.release();
            });
            clients[i] = new EchoClient(port(listener), i);
            clients[i].send("Block".getBytes(UTF_8));
        }
        for (EchoClient client : clients) {
            client.expect("B".getBytes(UTF_8));
        }
        Await.until("all are detached", () -> detached() == CONNECTIONS);
        // waiting for so many has been overload, which refuses new connections for a moment
        Await.until(
                "nothing is refused any more",
                () -> aem.runtime().workers().stream().allMatch(worker -> worker.overloadLevel == 0));
        aem.assertEchoWorks();
        aem.assertBalanced();
        release.countDown();
        for (EchoClient client : clients) {
            client.expect("lock".getBytes(UTF_8));
            client.send("no more".getBytes(UTF_8));
            client.expect("no more".getBytes(UTF_8));
            client.close();
        }
    }

    @Test
    public void shouldInterruptAHandlerWhoseProcessIsClosed() throws Exception {
        AemProcess blocked = process("closed");
        CountDownLatch interrupted = new CountDownLatch(1);
        Listener listener = listen(blocked, (e, c, data) -> {
            try {
                TimeUnit.MILLISECONDS.sleep(Await.LIMIT_MS);
            } catch (InterruptedException x) {
                interrupted.countDown();
                assertFalse(c.write(data));
            }
        });
        try (EchoClient client = new EchoClient(port(listener), 1)) {
            client.send(new byte[100]);
            Await.until("detached", () -> detached() == 1);
            blocked.close();
            assertEquals("returned", 0, interrupted.getCount());
            client.awaitEnd();
        }
        assertTrue(aem.runtime().process(blocked.id()).isEmpty());
    }

    @Test
    public void shouldQuarantineTheBlocksOfAHandlerThatOutlivesItsProcess() throws Exception {
        AemProcess process = process("outlived");
        List<RetainedData> kept = new ArrayList<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicInteger read = new AtomicInteger();
        Listener listener = listen(process, (e, c, data) -> {
            if (kept.isEmpty()) {
                kept.add(data.retain());
                c.write(new byte[1]);
                return;
            }
            awaitStubbornly();
            read.set(data.getByte(0));
            try {
                kept.get(0).getByte(0);
            } catch (StaleDataException stale) {
                thrown.set(stale);
            }
        });
        try (EchoClient client = new EchoClient(port(listener), 1)) {
            client.send(new byte[100]);
            client.expect(new byte[1]);
            assertTrue(pool("outlived").retainedBytes >= 512);
            client.send(new byte[] {42});
            Await.until("detached", () -> detached() == 1);
            assertTrue(pool("outlived").lentBytes >= 512);
            Thread closer = Thread.ofVirtual().start(process::close);
            String report = aem.awaitReport("process outlived has ended", "QUARANTINED until it returns");
            assertTrue(report, report.contains("aem-detached-"));
            PoolDTO pool = pool("outlived");
            assertEquals(pool.usedBytes, pool.quarantinedBytes);
            assertTrue(pool.quarantinedBytes >= 1024);
            assertEquals(0, pool.retainedBytes + pool.lentBytes);
            release.countDown();
            Await.end(closer);
        }
        Await.until("the handler has seen it", () -> thrown.get() != null);
        assertEquals("its own block was still its own", 42, read.get());
        Await.until("the pool is closed", () -> pool("outlived") == null);
    }

    /** Whatever it is asked. */
    private void awaitStubbornly() {
        while (release.getCount() > 0) {
            try {
                release.await();
            } catch (InterruptedException e) {
                // goes on
            }
        }
    }

    private PoolDTO pool(String process) {
        return aem.runtime().memory().stream()
                .flatMap(dto -> dto.pools.stream())
                .filter(pool -> process.equals(pool.process))
                .findFirst()
                .orElse(null);
    }

    @Test
    public void shouldNameAHandlerThatThrowsAfterItWasDetached() throws Exception {
        Listener listener = listen(process("late"), (e, c, data) -> {
            await();
            throw new IllegalStateException("too late");
        });
        try (EchoClient client = new EchoClient(port(listener), 1)) {
            client.send(new byte[100]);
            Await.until("detached", () -> detached() == 1);
            release.countDown();
            client.awaitEnd();
        }
        aem.awaitReport("process late", "too late");
    }

    @Test
    public void shouldDetachAnAcceptHandlerInTheMiddleOfABatch() throws Exception {
        AemProcess process = process("accepts");
        Listener listener = sockets.listen(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        AcceptHandler handler = (event, connection) -> {
            sockets.read(connection, (e, c, data) -> c.write(data));
            await();
        };
        sockets.accept(listener, handler);
        List<EchoClient> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(new EchoClient(port(listener), i));
        }
        Await.until("detached", () -> detached() == 1);
        release.countDown();
        for (EchoClient client : clients) {
            byte[] bytes = client.randomBytes(1000);
            client.send(bytes);
            byte[] answer = client.socket().getInputStream().readNBytes(bytes.length);
            assertArrayEquals(bytes, answer);
            client.close();
        }
    }

    private void await() throws InterruptedException {
        assertTrue(release.await(Await.LIMIT_MS, TimeUnit.MILLISECONDS));
    }

    private long detached() {
        return aem.runtime().workers().stream()
                .mapToLong((WorkerDTO dto) -> dto.detached)
                .sum();
    }

    private AemProcess process(String name) {
        AemProcess process = aem.processes().create(name);
        processes.add(process);
        return process;
    }

    /** A process on the same worker. */
    private AemProcess siblingOf(AemProcess process) {
        while (true) {
            AemProcess candidate = process("sibling" + processes.size());
            if (aem.process(candidate.id()).worker == aem.process(process.id()).worker) {
                return candidate;
            }
        }
    }

    private Listener listen(AemProcess process, ReadHandler handler) {
        Listener listener = sockets.listen(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        sockets.accept(listener, (event, connection) -> sockets.read(connection, handler));
        return listener;
    }

    private static int port(Listener listener) {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }
}
