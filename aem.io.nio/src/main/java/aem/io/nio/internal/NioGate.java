package aem.io.nio.internal;

import java.lang.foreign.ValueLayout;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Enables the provider where it is asked for by the framework property {@code aem.io=nio}, or, without that property, where
 * aem.io.epoll does not work. It does not stand by for epoll: it could not go on with epoll's sockets.
 */
@Component(
        name = NioGate.NAME,
        service = {},
        immediate = true)
public final class NioGate {
    static final String NAME = "aem.io.nio.gate";

    @Activate
    public NioGate(ComponentContext context) {
        String property = context.getBundleContext().getProperty("aem.io");
        boolean wanted = property == null || property.isBlank()
                ? !epollWorks(System.getProperty("os.name"), ValueLayout.ADDRESS.byteSize())
                : property.trim().equals(NioProvider.NAME);
        if (wanted) {
            context.enableComponent(NioComponent.NAME);
        }
    }

    /** As aem.io.epoll judges it, but for a JVM that forbids native calls: there NIO is to be asked for. */
    static boolean epollWorks(String osName, long addressBytes) {
        return osName.equals("Linux") && addressBytes == Long.BYTES;
    }
}
