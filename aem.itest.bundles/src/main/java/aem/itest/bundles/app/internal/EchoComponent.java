package aem.itest.bundles.app.internal;

import aem.api.AemProcess;
import aem.api.AemProcesses;
import aem.api.EventDescriptor;
import aem.api.memory.EventData;
import aem.api.socket.Connection;
import aem.api.socket.Listener;
import aem.api.socket.SocketEvents;
import aem.itest.bundles.app.EchoApp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Every reference is static: whatever makes one of them go restarts the component, and the test's counter tells. */
@Component(service = EchoApp.class, immediate = true)
public final class EchoComponent implements EchoApp {
    private final AemProcess process;
    private final SocketEvents sockets;
    private final Listener listener;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final List<EventDescriptor> events = new CopyOnWriteArrayList<>();

    @Activate
    public EchoComponent(
            @Reference AemProcesses processes,
            @Reference SocketEvents sockets,
            @Reference(target = "(aem.itest.activations=echo)") AtomicInteger activations) {
        activations.incrementAndGet();
        this.sockets = sockets;
        process = processes.create("app-echo");
        listener = sockets.listen(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        events.add(sockets.accept(listener, this::accepted));
    }

    private void accepted(EventDescriptor event, Connection connection) {
        connections.add(connection);
        events.add(sockets.read(connection, EchoComponent::echo));
    }

    private static void echo(EventDescriptor event, Connection connection, EventData data) {
        if (!connection.write(data)) {
            throw new IllegalStateException(
                    "no room for " + data.length() + " bytes beside " + connection.unsentBytes() + " unsent ones");
        }
    }

    @Deactivate
    void stop() {
        process.close();
    }

    @Override
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public AemProcess process() {
        return process;
    }

    @Override
    public SocketEvents sockets() {
        return sockets;
    }

    @Override
    public List<Connection> connections() {
        return connections;
    }

    @Override
    public List<EventDescriptor> events() {
        return events;
    }
}
