package aem.socket.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Configuration, PID {@code aem.socket}; keys begin with {@code aem.socket.}. */
@ObjectClassDefinition(name = "AEM sockets", description = "What becomes of new connections under overload.")
public @interface SocketConfig {
    @AttributeDefinition(
            name = "Shedding",
            description = "A connection that load control refuses is reset at once, or waits in the accept queue.",
            options = {@Option(label = "reset", value = "reset"), @Option(label = "pause", value = "pause")})
    String aem_socket_shed() default "reset";

    @AttributeDefinition(
            name = "Resets per second",
            description = "Of one listener, at most; beyond them connections wait in the accept queue.")
    int aem_socket_shed_resets_per_second() default 10_000;
}
