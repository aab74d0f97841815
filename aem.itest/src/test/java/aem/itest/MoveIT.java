package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import aem.api.AemProcess;
import aem.api.dto.LedgerDTO;
import aem.api.dto.ProcessDTO;
import aem.api.dto.WorkerDTO;
import aem.api.socket.SocketEvents;
import aem.api.timer.TimerEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** Processes move between workers under checked traffic, by hand and by the balancer; the number of workers changes. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class MoveIT {
    private static final int MOVES = 200;
    private static final int TIMERS = 100;

    @Inject
    private BundleContext context;

    private Aem aem;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("MoveIT").toAbsolutePath())};
    }

    private void workers(int count, Map<String, Object> more) throws IOException {
        Hashtable<String, Object> settings = new Hashtable<>(more);
        settings.put("aem.workers", Integer.toString(count));
        aem.service(ConfigurationAdmin.class).getConfiguration("aem.core", null).update(settings);
    }

    private void awaitWorkers(int count) {
        Await.until(
                "there are " + count + " workers", () -> aem.runtime().workers().size() >= count);
    }

    private ProcessDTO process(String name) {
        return aem.runtime().processes().stream()
                .filter(dto -> dto.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void move(String name, int worker) {
        ProcessDTO process = process(name);
        aem.runtime().move(process.id, worker);
        Await.until(
                name + " is at worker " + worker,
                () -> aem.runtime().workers().stream()
                        .anyMatch(dto -> dto.worker == worker && process(name).worker == worker));
    }

    @Test
    public void shouldLoseNothingWhileItsProcessMoves() throws Exception {
        aem = new Aem(context);
        int port = aem.echoPort();
        workers(3, Map.of("aem.balance.interval", "0s"));
        awaitWorkers(3);
        new Traffic(port, 1).close();
        Aem.Base base = aem.base();
        AemProcess process = aem.processes().create("ticks");
        TimerEvents timers = aem.service(TimerEvents.class);
        AtomicInteger once = new AtomicInteger();
        for (int i = 0; i < TIMERS; i++) {
            timers.evtimer(process, (e, count) -> once.incrementAndGet(), Duration.ofMillis(10L * i + 1));
        }
        try (Traffic traffic = new Traffic(port, 8)) {
            for (int i = 1; i <= MOVES; i++) {
                move("echo", i % 3);
                aem.runtime().move(process.id(), (i + 1) % 3);
                if (i % 10 == 0) {
                    traffic.awaitProgress();
                }
            }
            traffic.awaitProgress();
        }
        Await.until("all timers have expired once", () -> once.get() == TIMERS);
        process.close();
        aem.awaitBase(base);
        assertEquals(TIMERS, once.get());
        LedgerDTO ledger = aem.runtime().ledger();
        assertTrue(ledger.isBalanced());
        assertEquals(0, ledger.inTransfer);
        List<WorkerDTO> workers = aem.runtime().workers();
        assertTrue(workers.stream().mapToLong(dto -> dto.arrived).sum() >= MOVES);
        for (WorkerDTO worker : workers) {
            assertEquals(0, worker.orderViolations);
            assertEquals(0, worker.illegalTransitions);
        }
        workers(1, Map.of());
        Await.until(
                "all live on the first worker",
                () -> aem.runtime().processes().stream().allMatch(dto -> dto.worker == 0));
        aem.assertEchoWorks();
    }

    /** Two processes that both want most of a worker end on different ones. */
    @Test
    public void shouldSpreadTheLoad() throws Exception {
        aem = new Aem(context);
        workers(2, Map.of("aem.balance.interval", "100ms"));
        awaitWorkers(2);
        AtomicBoolean stop = new AtomicBoolean();
        SocketEvents sockets = aem.service(SocketEvents.class);
        AemProcess[] busy = {aem.processes().create("busy-0"), aem.processes().create("busy-1")};
        for (AemProcess process : busy) {
            var listener = sockets.listen(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            sockets.accept(
                    listener,
                    (event, connection) -> sockets.read(connection, (e, c, data) -> {
                        long endNs = System.nanoTime() + 1_000_000;
                        while (System.nanoTime() - endNs < 0) {
                            Thread.onSpinWait();
                        }
                        c.write(data);
                    }));
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            for (int i = 0; i < 2; i++) {
                int client = i;
                Thread.ofPlatform().daemon().start(() -> {
                    try (EchoClient echo = new EchoClient(port, client)) {
                        while (!stop.get()) {
                            echo.round(10);
                        }
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
            }
        }
        aem.runtime().move(busy[0].id(), 0);
        aem.runtime().move(busy[1].id(), 0);
        try {
            Await.until(
                    "the two live on different workers", () -> process("busy-0").worker != process("busy-1").worker);
        } finally {
            stop.set(true);
            busy[0].close();
            busy[1].close();
        }
        assertTrue(aem.runtime().ledger().isBalanced());
    }
}
