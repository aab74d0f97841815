package aem.io.epoll.internal;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * Enables the provider where epoll can be called, unless the framework property {@code aem.io} asks for another. Elsewhere
 * the bundle starts all the same, offers nothing and says why in the log: one distribution holds this bundle and aem.io.nio,
 * and serves every system.
 */
@Component(
        name = LinuxGate.NAME,
        service = {},
        immediate = true)
public final class LinuxGate {
    static final String NAME = "aem.io.epoll.gate";

    private static final String MESSAGE = "aem.io.epoll offers no I/O provider: {}";

    @Activate
    public LinuxGate(
            ComponentContext context,
            @Reference(service = LoggerFactory.class, cardinality = ReferenceCardinality.OPTIONAL) Logger logger) {
        String wanted = context.getBundleContext().getProperty("aem.io");
        String obstacle = wanted != null && !wanted.isBlank() && !wanted.trim().equals("epoll")
                ? "aem.io is " + wanted
                : obstacle(System.getProperty("os.name"), ValueLayout.ADDRESS.byteSize());
        String failure = obstacle == null ? failure() : null;
        if (obstacle == null && failure == null) {
            context.enableComponent(EpollComponent.NAME);
        } else if (logger != null && failure == null) {
            logger.info(MESSAGE, obstacle);
        } else if (logger != null) {
            logger.error(MESSAGE, failure + "; with aem.io=nio the runtime does without them");
        }
    }

    /** Why this is no system for epoll, or null. Then aem.io.nio serves. */
    static String obstacle(String osName, long addressBytes) {
        if (!osName.equals("Linux")) {
            return "it needs Linux, and this is " + osName;
        }
        if (addressBytes != Long.BYTES) {
            return "it needs a 64-bit JVM, and this has addresses of " + addressBytes + " bytes";
        }
        return null;
    }

    /** Why epoll can't be called on its own system, or null. */
    private static String failure() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            lookup.ensureInitialized(EpollCalls.class);
            lookup.ensureInitialized(FileCalls.class);
            lookup.ensureInitialized(SocketCalls.class);
            return null;
        } catch (LinkageError | IllegalAccessException e) {
            // a JVM without linker, or --illegal-native-access=deny
            return "native calls fail: " + (e.getCause() == null ? e : e.getCause());
        }
    }
}
