package aem.core.internal;

import aem.api.dto.SourceDTO;
import aem.api.spi.EventSource;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * The registry of event sources: the system-call table. Each kind that ever had a source has a {@link Kind} and a facade
 * in the service registry; a {@link Part} chooses among the sources of the kind.
 */
final class Sources implements ServiceTrackerCustomizer<EventSource, Sources.Tracked> {
    /** A source that is registered, and the place for its kind. */
    record Tracked(KindPart part, EventSource source) {}

    private final Core core;
    private final BundleContext context;
    private final ServiceTracker<EventSource, Tracked> tracker;
    /** Guarded by itself. */
    private final Map<String, KindPart> parts = new TreeMap<>();

    Sources(Core core, BundleContext context) {
        this.core = core;
        this.context = context;
        this.tracker = new ServiceTracker<>(context, EventSource.class, this);
    }

    void open() {
        tracker.open();
    }

    void close() {
        tracker.close();
        synchronized (parts) {
            parts.values().forEach(KindPart::withdraw);
        }
    }

    @Override
    public Tracked addingService(ServiceReference<EventSource> reference) {
        if (!(reference.getProperty(EventSource.KIND) instanceof String kind) || kind.isBlank()) {
            core.reports.add("an event source of bundle " + reference.getBundle() + " has no property "
                    + EventSource.KIND + "; it is not used");
            return null;
        }
        KindPart part;
        synchronized (parts) {
            part = parts.computeIfAbsent(kind, name -> new KindPart(name));
        }
        EventSource source = part.addingService(reference);
        return source == null ? null : new Tracked(part, source);
    }

    @Override
    public void modifiedService(ServiceReference<EventSource> reference, Tracked tracked) {
        // a source's kind is fixed
    }

    @Override
    public void removedService(ServiceReference<EventSource> reference, Tracked tracked) {
        tracked.part.removedService(reference, tracked.source);
    }

    private KindPart part(String kind) {
        synchronized (parts) {
            return parts.get(kind);
        }
    }

    List<SourceDTO> describe() {
        List<KindPart> all;
        synchronized (parts) {
            all = List.copyOf(parts.values());
        }
        List<SourceDTO> list = new ArrayList<>();
        for (KindPart part : all) {
            Kind kind = part.kind;
            if (kind != null) {
                list.add(describe(kind));
            }
        }
        return list;
    }

    private static SourceDTO describe(Kind kind) {
        SourceDTO dto = new SourceDTO();
        dto.kind = kind.name;
        dto.state = kind.isServing() ? "ACTIVE" : "SUSPENDED";
        dto.bundle = kind.bundle();
        dto.bundleId = kind.bundleId();
        kind.api.forEach(type -> dto.api.add(type.getName()));
        dto.events = kind.eventCount();
        dto.generation = kind.generation();
        dto.absenceLoses = kind.absenceLoses();
        EventSource source = kind.source();
        if (source != null) {
            source.describe(dto);
        }
        return dto;
    }

    /** A bundle has started or stopped; perhaps one that facades are registered for. */
    void bundleChanged(Bundle bundle, boolean started) {
        List<KindPart> all;
        synchronized (parts) {
            all = List.copyOf(parts.values());
        }
        all.forEach(part -> part.apiBundleChanged(bundle, started));
    }

    void retire(String name) {
        KindPart part = part(name);
        if (part == null || part.kind == null) {
            throw new IllegalArgumentException("no kind " + name);
        }
        if (part.kind.isServing()) {
            throw new IllegalStateException("kind " + name + " is served by " + part.kind.bundle() + "; stop it first");
        }
        synchronized (parts) {
            parts.remove(name);
        }
        part.kind.retire();
        part.withdraw();
        for (Event event : core.events.list()) {
            if (event.kindEntry() == part.kind) {
                event.cancel();
            }
        }
    }

    /** One kind, and the sources that would serve it. */
    final class KindPart extends Part<EventSource> {
        private volatile Kind kind;
        private ServiceRegistration<?> facade;

        KindPart(String name) {
            super(Sources.this.core, context, name);
        }

        @Override
        boolean serve(EventSource source, ServiceReference<EventSource> reference) {
            List<Class<?>> api = List.copyOf(source.api());
            Kind entry = kind;
            if (entry == null) {
                checkApi(api);
                entry = new Kind(name, nextIndex(), api);
            } else if (!entry.api.equals(api)) {
                throw new IllegalArgumentException("kind " + name + " has the API " + entry.api + ", the source offers "
                        + api + " (of another bundle?); retire the kind first");
            }
            SourceSession session = new SourceSession(core, entry);
            Object service = source.open(session, entry.kept());
            for (Class<?> type : api) {
                if (!type.isInstance(service)) {
                    throw new IllegalArgumentException("the source's service is no " + type.getName() + ": " + service);
                }
            }
            Bundle bundle = reference.getBundle();
            Kind served = entry;
            served.serve(
                    source,
                    service,
                    session,
                    bundle == null ? "" : bundle.getSymbolicName() + " " + bundle.getVersion(),
                    bundle == null ? 0 : bundle.getBundleId());
            kind = served;
            core.exchange("source of kind " + name + " begins", worker -> open(source, worker));
            return true;
        }

        @Override
        void open(EventSource source, Worker worker) {
            worker.exchangeSource(kind, source);
        }

        private void checkApi(List<Class<?>> api) {
            if (api.isEmpty()) {
                throw new IllegalArgumentException("kind " + name + " offers no API");
            }
            Bundle home = FrameworkUtil.getBundle(api.get(0));
            for (Class<?> type : api) {
                if (!type.isInterface()) {
                    throw new IllegalArgumentException("API of kind " + name + " is no interface: " + type.getName());
                }
                if (home == null || home != FrameworkUtil.getBundle(type)) {
                    throw new IllegalArgumentException(
                            "the API of kind " + name + " must come from one bundle: " + api);
                }
            }
        }

        private int nextIndex() {
            return indices++;
        }

        @Override
        void suspend(EventSource source) {
            SourceSession session = kind.suspend();
            Kind suspended = kind;
            core.exchange("source of kind " + name + " ends", worker -> worker.exchangeSource(suspended, null));
            session.end();
            try {
                suspended.keep(source.suspend());
            } catch (RuntimeException | LinkageError e) {
                core.reports.add("source of kind " + name + " handed over no state", e);
            }
        }

        /**
         * The facade is registered by the thread that moves the bundle: listeners of the service registry run there, not
         * on the control thread - except for a worker, which does not wait for the exchange.
         */
        @Override
        void control(Runnable exchange) {
            if (Worker.current() != null) {
                super.control(() -> {
                    exchange.run();
                    publish();
                });
            } else {
                super.control(exchange);
                publish();
            }
        }

        /**
         * The facade is registered on behalf of the API's bundle: the framework shows a service only to those who share
         * the registering bundle's view of the interface, and the core knows no kind's API. So it also goes with it.
         */
        private synchronized void publish() {
            Kind entry = kind;
            if (entry == null || entry.isRetired()) {
                return;
            }
            BundleContext home = FrameworkUtil.getBundle(entry.api.get(0)).getBundleContext();
            if (home == null) {
                facade = null;
                core.reports.add("the API bundle of kind " + name + " is not started: "
                        + FrameworkUtil.getBundle(entry.api.get(0)));
                return;
            }
            Dictionary<String, Object> properties = new Hashtable<>(
                    Map.of(EventSource.KIND, name, "aem.state", entry.isServing() ? "ACTIVE" : "SUSPENDED"));
            if (facade == null) {
                String[] api = entry.api.stream().map(Class::getName).toArray(String[]::new);
                facade = home.registerService(api, new Facade(core, entry), properties);
            } else {
                facade.setProperties(properties);
            }
        }

        /** The API's bundle has stopped, and the facade with it, or it has started. */
        synchronized void apiBundleChanged(Bundle bundle, boolean started) {
            Kind entry = kind;
            if (entry != null && FrameworkUtil.getBundle(entry.api.get(0)) == bundle) {
                facade = null;
                if (started) {
                    publish();
                }
            }
        }

        synchronized void withdraw() {
            if (facade != null) {
                try {
                    facade.unregister();
                } catch (IllegalStateException e) {
                    core.reports.add("facade of kind " + name + " was gone already");
                }
                facade = null;
            }
        }
    }

    /** Control thread only. */
    private int indices;
}
