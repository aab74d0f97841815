package aem.io.nio.internal;

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
        if (isWanted(context.getBundleContext().getProperty("aem.io"), System.getProperty("os.name"))) {
            context.enableComponent(NioComponent.NAME);
        }
    }

    static boolean isWanted(String property, String osName) {
        return property == null ? !osName.equals("Linux") : property.equals("nio");
    }
}
