package aem.core.internal;

import aem.api.SourceAbsentException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/**
 * What applications hold instead of a source's service: an object of the core's that outlives every source of its kind.
 * Used for registration only, never per event. One for each bundle that gets the service.
 */
final class Facade implements ServiceFactory<Object> {
    private final Core core;
    private final Kind kind;

    Facade(Core core, Kind kind) {
        this.core = core;
        this.kind = kind;
    }

    @Override
    public Object getService(Bundle bundle, ServiceRegistration<Object> registration) {
        Class<?>[] api = kind.api.toArray(Class<?>[]::new);
        return Proxy.newProxyInstance(api[0].getClassLoader(), api, new Call(core, kind, bundle.getSymbolicName()));
    }

    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<Object> registration, Object service) {
        // what the bundle registered belongs to its processes, which end with it
    }

    private record Call(Core core, Kind kind, String caller) implements InvocationHandler {
        @Override
        public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
            if (method.getDeclaringClass() == Object.class) {
                return ofObject(proxy, method, args);
            }
            // a source may go between its look-up and the end of the call: then the call had no effect, and is repeated
            for (int attempt = 0; ; attempt++) {
                Object service = service(method);
                try {
                    return method.invoke(service, args);
                } catch (InvocationTargetException e) {
                    if (attempt < 10 && e.getCause() instanceof SourceAbsentException && kind.service() != service) {
                        continue;
                    }
                    throw e.getCause();
                }
            }
        }

        private Object service(Method method) {
            Object service = kind.service();
            if (service == null && Worker.current() == null) {
                try {
                    service = kind.awaitService(core.config().absenceWait().toMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            if (service == null) {
                throw new SourceAbsentException(method.getName() + " called by " + caller + ": no source of kind "
                        + kind.name + (kind.isRetired() ? ", it was retired" : " is running"));
            }
            return service;
        }

        private Object ofObject(Object proxy, Method method, Object[] args) {
            return switch (method.getName()) {
                case "equals" -> proxy == args[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "AEM " + kind.name + " events for " + caller;
            };
        }
    }
}
