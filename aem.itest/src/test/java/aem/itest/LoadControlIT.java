package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import aem.api.AemProcess;
import aem.api.Control;
import aem.api.EventClass;
import aem.api.EventDescriptor;
import aem.api.dto.ProcessDTO;
import aem.api.dto.WorkerDTO;
import aem.api.socket.Listener;
import aem.api.socket.SocketEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
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

/** Overload: new connections are refused by class, established ones go on. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class LoadControlIT {
    private static final int ESTABLISHED = 30;
    private static final long HANDLER_NS = 1_000_000;

    @Inject
    private BundleContext context;

    private Aem aem;
    private SocketEvents sockets;
    private AemProcess process;
    private Listener listener;
    private EventDescriptor accept;
    private Aem.Base base;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<Thread> clients = new ArrayList<>();

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("LoadControlIT").toAbsolutePath())};
    }

    /** Connections whose handlers take together more than the whole worker. */
    @Before
    public void overload() throws Exception {
        aem = new Aem(context);
        aem.assertEchoWorks();
        configure("aem.scheduler", "aem.scheduler.shed.target.ns", 5_000_000L);
        base = aem.base();
        sockets = aem.service(SocketEvents.class);
        process = aem.processes().create("busy");
        listener = sockets.listen(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        accept = sockets.accept(
                listener,
                (event, connection) -> sockets.read(connection, (e, c, data) -> {
                    long endNs = System.nanoTime() + HANDLER_NS;
                    while (System.nanoTime() - endNs < 0) {
                        Thread.onSpinWait();
                    }
                    c.write(data);
                }));
        List<EchoClient> established = new ArrayList<>();
        for (int i = 0; i < ESTABLISHED; i++) {
            EchoClient client = new EchoClient(port(), i);
            client.round(1);
            established.add(client);
        }
        for (EchoClient client : established) {
            clients.add(Thread.ofPlatform().daemon().start(() -> {
                try (client) {
                    while (!stop.get()) {
                        client.round(100);
                    }
                } catch (Throwable t) {
                    failure.compareAndSet(null, t);
                }
            }));
        }
    }

    private void configure(String pid, String key, Object value) throws IOException {
        aem.service(ConfigurationAdmin.class).getConfiguration(pid, null).update(new Hashtable<>(Map.of(key, value)));
    }

    @After
    public void shouldHaveNothingLeft() {
        stop.set(true);
        clients.forEach(Await::end);
        if (failure.get() != null) {
            throw new AssertionError("an established connection", failure.get());
        }
        process.close();
        aem.awaitBase(base);
        aem.assertBalanced();
    }

    @Test
    public void shouldResetNewConnectionsAndKeepTheEstablishedOnes() throws Exception {
        Await.until(() -> "refusal of all REJECTABLE: " + level(), () -> level() >= 2);
        for (int i = 0; i < 100; i++) {
            EchoClient.awaitRefusal(port());
        }
        ProcessDTO busy = aem.process(process.id());
        assertEquals(100, busy.rejected);
        assertTrue("shed " + busy.shedRejectable, busy.shedRejectable > 0);
        assertEquals(0, busy.shedLastResort);
        assertTrue("later", aem.runtime().ledger().shed >= busy.shedRejectable);

        accept.control(new Control.SetClass(EventClass.NEVER));
        try (EchoClient admitted = new EchoClient(port(), 1)) {
            admitted.round(100);
        }
        accept.control(new Control.SetClass(EventClass.REJECTABLE));

        stop.set(true);
        clients.forEach(Await::end);
        Await.until(() -> "the level falls: " + level(), () -> level() == 0);
        try (EchoClient admitted = new EchoClient(port(), 2)) {
            admitted.round(100);
        }
    }

    @Test
    public void shouldLetNewConnectionsWaitIfSetSo() throws Exception {
        configure("aem.socket", "aem.socket.shed", "pause");
        try {
            Await.until(() -> "refusal of all REJECTABLE: " + level(), () -> level() >= 2);
            try (EchoClient waiting = new EchoClient(port(), 1)) {
                waiting.send(new byte[] {1, 2, 3});
                Await.until("it was shed", () -> aem.process(process.id()).shedRejectable > 0);
                assertEquals(0, waiting.socket().getInputStream().available());
                stop.set(true);
                waiting.expect(new byte[] {1, 2, 3});
            }
            assertEquals(0, aem.process(process.id()).rejected);
        } finally {
            configure("aem.socket", "aem.socket.shed", "reset");
        }
    }

    private int level() {
        return aem.runtime().workers().stream()
                .mapToInt((WorkerDTO dto) -> dto.overloadLevel)
                .max()
                .orElse(0);
    }

    private int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }
}
