package aem.examples.internal;

import aem.api.AemProcess;
import aem.api.AemProcesses;
import aem.api.Control;
import aem.api.EventDescriptor;
import aem.api.socket.CloseReason;
import aem.api.socket.Connection;
import aem.api.socket.SocketEvents;
import java.net.InetSocketAddress;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * A TCP proxy: two connections, both directions, back-pressure from the slower side to the faster one, half-close passed
 * on. Starts with a configuration {@code aem.examples.proxy}.
 */
@Component(
        service = Proxy.class,
        immediate = true,
        configurationPid = "aem.examples.proxy",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Proxy.Config.class)
public final class Proxy {
    /** Configuration {@code aem.examples.proxy}. */
    @ObjectClassDefinition(name = "AEM example: TCP proxy")
    public @interface Config {
        @AttributeDefinition(description = "TCP port on localhost to listen on, 0 = any", min = "0", max = "65535")
        int port() default 7009;

        @AttributeDefinition(description = "Host to connect to")
        String upstreamHost() default "localhost";

        @AttributeDefinition(description = "TCP port to connect to", min = "1", max = "65535")
        int upstreamPort() default 7007;
    }

    private final AemProcess process;
    private final SocketEvents sockets;

    @Activate
    public Proxy(
            Config config,
            @Reference AemProcesses processes,
            @Reference SocketEvents sockets,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.sockets = sockets;
        process = processes.create("proxy");
        Start.run(log, process, () -> {
            var upstream = new InetSocketAddress(config.upstreamHost(), config.upstreamPort());
            var listener = sockets.listen(process, new InetSocketAddress("localhost", config.port()));
            sockets.accept(
                    listener,
                    (event, client) -> sockets.connect(process, upstream, (e, server, error) -> {
                        if (error != null) {
                            client.reset();
                        } else {
                            forward(client, server);
                            forward(server, client);
                        }
                    }));
        });
    }

    private void forward(Connection from, Connection to) {
        from.halfOpen(true);
        EventDescriptor reading = sockets.read(from, (event, connection, data) -> {
            if (!to.write(data)) {
                from.reset(); // a hole in the stream would be worse
            } else if (to.unsentBytes() > to.unsentLimitBytes() / 2) {
                event.control(new Control.Suspend());
            }
        });
        sockets.room(to, (event, connection) -> reading.control(new Control.Resume()));
        sockets.close(from, (event, connection, reason) -> {
            if (reason == CloseReason.PEER_CLOSED) {
                to.shutdownOutput();
                closeIfBothEnded(from, to);
            } else {
                to.reset();
            }
        });
    }

    /** The second end of stream closes both, behind what is unsent. */
    private static void closeIfBothEnded(Connection from, Connection to) {
        if (to.attachment() != null) {
            from.close();
            to.close();
        }
        from.attach(CloseReason.PEER_CLOSED);
    }

    @Deactivate
    void stop() {
        process.close();
    }
}
