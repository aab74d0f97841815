package aem.core.internal;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;

/** As much of a service registry as the trackers of the core need. */
final class FakeRegistry {
    private final List<Entry> entries = new ArrayList<>();
    private final List<Listening> listeners = new ArrayList<>();
    private long nextId;
    final Bundle bundle = proxy(Bundle.class, this::bundle);
    final BundleContext context = proxy(BundleContext.class, this::context);

    private record Listening(ServiceListener listener, String filter) {}

    @FunctionalInterface
    private interface Answer {
        Object to(String method, Object[] args);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> switch (method.getName()) {
                    case "equals" -> self == args[0];
                    case "hashCode" -> System.identityHashCode(self);
                    case "toString" -> type.getSimpleName();
                    default -> answer.to(method.getName(), args);
                }));
    }

    private Object bundle(String method, Object[] args) {
        return switch (method) {
            case "getSymbolicName" -> "app";
            case "getVersion" -> Version.valueOf("1.2.3");
            case "getBundleId" -> 7L;
            case "getBundleContext" -> context;
            default -> throw new UnsupportedOperationException(method);
        };
    }

    private Object context(String method, Object[] args) {
        return switch (method) {
            case "createFilter" -> proxy(Filter.class, (m, a) -> null);
            case "addServiceListener" -> {
                listeners.add(new Listening((ServiceListener) args[0], (String) args[1]));
                yield null;
            }
            case "removeServiceListener" -> {
                listeners.removeIf(l -> l.listener == args[0]);
                yield null;
            }
            case "getServiceReferences" ->
                entries.stream().filter(entry -> entry.type.equals(args[0])).toArray(ServiceReference<?>[]::new);
            case "getService" -> ((Entry) args[0]).service;
            case "ungetService" -> true;
            case "registerService" -> add(((String[]) args[0])[0], args[1], toMap((Dictionary<?, ?>) args[2]));
            default -> throw new UnsupportedOperationException(method);
        };
    }

    private static Map<String, Object> toMap(Dictionary<?, ?> properties) {
        Map<String, Object> map = new Hashtable<>();
        for (Object key : Collections.list(properties.keys())) {
            map.put((String) key, properties.get(key));
        }
        return map;
    }

    Entry register(Class<?> type, Object service, Map<String, Object> properties) {
        return add(type.getName(), service, properties);
    }

    private Entry add(String type, Object service, Map<String, Object> properties) {
        Entry entry = new Entry(type, service, properties, nextId++);
        entries.add(entry);
        tell(ServiceEvent.REGISTERED, entry);
        return entry;
    }

    private void tell(int what, Entry entry) {
        for (Listening l : List.copyOf(listeners)) {
            if (l.filter.contains("=" + entry.type + ")")) {
                l.listener.serviceChanged(new ServiceEvent(what, entry));
            }
        }
    }

    /** The service of this type, or null. */
    Entry find(Class<?> type) {
        return entries.stream()
                .filter(entry -> entry.type.equals(type.getName()))
                .findFirst()
                .orElse(null);
    }

    /** A service, its reference and its registration. */
    final class Entry implements ServiceReference<Object>, ServiceRegistration<Object> {
        private final String type;
        final Object service;
        private final long id;
        private Map<String, Object> properties;

        Entry(String type, Object service, Map<String, Object> properties, long id) {
            this.type = type;
            this.service = service;
            this.properties = properties;
            this.id = id;
        }

        @Override
        public Object getProperty(String key) {
            return properties.get(key);
        }

        @Override
        public Dictionary<String, Object> getProperties() {
            return new Hashtable<>(properties);
        }

        @Override
        public String[] getPropertyKeys() {
            return properties.keySet().toArray(String[]::new);
        }

        @Override
        public Bundle getBundle() {
            return bundle;
        }

        @Override
        public Bundle[] getUsingBundles() {
            return new Bundle[0];
        }

        @Override
        public boolean isAssignableTo(Bundle to, String className) {
            return true;
        }

        /** As a bundle gets it. */
        Object service(Bundle by) {
            return service instanceof ServiceFactory<?> factory ? factory.getService(by, null) : service;
        }

        private int rank() {
            return (int) properties.getOrDefault(Constants.SERVICE_RANKING, 0);
        }

        @Override
        public int compareTo(Object other) {
            Entry that = (Entry) other;
            return rank() != that.rank() ? Integer.compare(rank(), that.rank()) : Long.compare(that.id, id);
        }

        @Override
        public <A> A adapt(Class<A> to) {
            return null;
        }

        @Override
        public ServiceReference<Object> getReference() {
            return this;
        }

        @Override
        public void setProperties(Dictionary<String, ?> changed) {
            properties = toMap(changed);
        }

        @Override
        public void unregister() {
            tell(ServiceEvent.UNREGISTERING, this);
            entries.remove(this);
        }
    }
}
