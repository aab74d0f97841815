package aem.itest.bundles.reentrant;

import aem.api.AemProcess;
import aem.api.AemProcesses;
import aem.api.EventDescriptor;
import aem.api.memory.EventData;
import aem.api.socket.Connection;
import aem.api.socket.SocketEvents;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Carries out one command for each byte that it reads, in the read handler, and sends the byte back after it: {@code S}
 * stops its own bundle, {@code U} updates aem.socket, {@code G} gets and ungets every service of AEM; other bytes are
 * sent back at once. As a service it tells its port.
 */
@Component(service = IntSupplier.class, property = "aem.itest=reentrant", immediate = true)
public final class Reentrant implements IntSupplier {
    private final BundleContext context;
    private final AemProcess process;
    private final int port;

    @Activate
    public Reentrant(BundleContext context, @Reference AemProcesses processes, @Reference SocketEvents sockets) {
        this.context = context;
        process = processes.create("reentrant");
        var listener = sockets.listen(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        port = ((InetSocketAddress) listener.localAddress()).getPort();
        sockets.accept(listener, (event, connection) -> sockets.read(connection, this::carryOut));
    }

    private void carryOut(EventDescriptor event, Connection connection, EventData data) throws Exception {
        for (byte command : data.toByteArray()) {
            switch (command) {
                case 'S' -> context.getBundle().stop();
                case 'U' -> bundle("aem.socket").update();
                case 'G' -> getServices();
                default -> {
                    // a plain echo
                }
            }
            connection.write(new byte[] {command});
        }
    }

    private Bundle bundle(String name) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no bundle " + name));
    }

    /** What parts register, and what applications use; some of it is about to go. */
    private void getServices() throws Exception {
        ServiceReference<?>[] all = context.getAllServiceReferences(null, "(objectClass=aem.api.*)");
        for (ServiceReference<?> reference : all == null ? List.<ServiceReference<?>>of() : List.of(all)) {
            if (context.getService(reference) != null) {
                context.ungetService(reference);
            }
        }
    }

    @Deactivate
    void stop() {
        process.close();
    }

    @Override
    public int getAsInt() {
        return port;
    }
}
