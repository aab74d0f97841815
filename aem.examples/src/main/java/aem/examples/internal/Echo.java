package aem.examples.internal;

import aem.api.AemProcess;
import aem.api.AemProcesses;
import aem.api.socket.SocketEvents;
import java.net.InetSocketAddress;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** An echo server: what arrives goes back. The whole program is the constructor. */
@Component(service = Echo.class, immediate = true, configurationPid = "aem.examples.echo")
@Designate(ocd = Echo.Config.class)
public final class Echo {
    /** Configuration {@code aem.examples.echo}. */
    @ObjectClassDefinition(name = "AEM example: echo server")
    public @interface Config {
        @AttributeDefinition(description = "Host name or address to listen on")
        String host() default "localhost";

        @AttributeDefinition(description = "TCP port to listen on, 0 = any", min = "0", max = "65535")
        int port() default 7007;

        @AttributeDefinition(description = "Whether it listens at all")
        boolean enabled() default true;
    }

    private final AemProcess process;

    @Activate
    public Echo(
            Config config,
            @Reference AemProcesses processes,
            @Reference SocketEvents sockets,
            @Reference(service = LoggerFactory.class) Logger log) {
        process = processes.create("echo");
        if (config.enabled()) {
            Start.run(log, process, () -> {
                var listener = sockets.listen(process, new InetSocketAddress(config.host(), config.port()));
                sockets.accept(
                        listener, (event, connection) -> sockets.read(connection, (e, c, data) -> c.write(data)));
            });
        }
    }

    @Deactivate
    void stop() {
        process.close(); // events, memory, sockets go with it
    }
}
