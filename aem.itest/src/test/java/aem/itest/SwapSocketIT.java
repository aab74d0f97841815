package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import aem.api.EventDescriptor;
import aem.api.socket.Connection;
import aem.api.socket.SocketEvents;
import aem.itest.bundles.app.EchoApp;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
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

/** aem.socket goes and comes under traffic, and nobody notices. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SwapSocketIT {
    private static final int CYCLES = 100;
    private static final int CLIENTS = 6;

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {
            ExportedRuntime.runtime(Path.of("SwapSocketIT").toAbsolutePath()), ExportedRuntime.testBundle("app")
        };
    }

    @Test
    public void shouldKeepComponentConnectionsAndBytesThroughAHundredExchanges() throws Exception {
        Aem aem = new Aem(context);
        AtomicInteger activations = new AtomicInteger();
        context.registerService(
                AtomicInteger.class, activations, new Hashtable<>(Map.of("aem.itest.activations", "echo")));
        EchoApp app = aem.service(EchoApp.class);
        SocketEvents sockets = app.sockets();
        Aem.Base base = aem.base();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (Traffic traffic = new Traffic(app.port(), CLIENTS)) {
            List<Connection> connections = List.copyOf(app.connections());
            List<EventDescriptor> events = List.copyOf(app.events());
            assertEquals(CLIENTS, connections.size());
            for (int i = 0; i < CYCLES; i++) {
                loaders.add(aem.loader("aem.socket"));
                aem.exchange("aem.socket", i);
                traffic.awaitProgress();
                assertEquals("activations after exchange " + i, 1, activations.get());
            }
            assertSame(app, aem.service(EchoApp.class));
            assertSame(sockets, app.sockets());
            assertEquals("no client has connected again", connections, app.connections());
            assertEquals(events, app.events());
            for (Connection connection : connections) {
                assertTrue(connection + " is open", connection.isOpen());
            }
            for (EventDescriptor event : events) {
                assertTrue(event + " is live", event.state().isLive());
            }
            aem.awaitCollected("aem.socket", loaders);
        }
        assertEquals(1, activations.get());
        assertTrue(
                "generations",
                aem.runtime().sources().stream()
                        .anyMatch(dto -> dto.kind.equals("socket") && dto.generation == CYCLES + 1));
        aem.awaitBase(base);
        aem.assertBalanced();
        aem.assertNoReports();
        aem.assertEchoWorks();
    }
}
