package aem.core.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * A place for one provider out of those that are registered: the highest-ranked, oldest one serves; others stand by, and
 * take over when it goes. Changed by the control thread only.
 *
 * @param <P> the provider's service type
 */
abstract class Part<P> implements ServiceTrackerCustomizer<P, P> {
    final Core core;
    final String name;
    private final BundleContext context;
    private final List<ServiceReference<P>> candidates = new ArrayList<>();
    private ServiceReference<P> serving;
    private P provider;
    private volatile String bundle = "";
    private volatile long bundleId;
    private volatile long generation;

    Part(Core core, BundleContext context, String name) {
        this.core = core;
        this.context = context;
        this.name = name;
    }

    /** Begins service; control thread. False if the provider was refused, and that was reported. */
    abstract boolean serve(P newProvider, ServiceReference<P> reference);

    /** Begins service on one worker; on its thread. */
    abstract void open(P newProvider, Worker worker);

    /** A worker more. Control thread. */
    final void join(Worker worker) {
        P current = provider;
        if (current != null) {
            worker.atSafePoint(new Obligation() {
                @Override
                void run(Worker on) {
                    open(current, on);
                }
            });
        }
    }

    /** Ends service: no worker uses the provider afterwards, unless it was reported as late. Control thread. */
    abstract void suspend(P oldProvider);

    @Override
    public P addingService(ServiceReference<P> reference) {
        P added = context.getService(reference);
        if (added == null) {
            return null;
        }
        control(() -> {
            candidates.add(reference);
            if (serving == null) {
                choose();
            }
        });
        return added;
    }

    @Override
    public void modifiedService(ServiceReference<P> reference, P modified) {
        // rank decides when a place is free
    }

    @Override
    public void removedService(ServiceReference<P> reference, P gone) {
        if (!core.isStopping()) {
            control(() -> {
                candidates.remove(reference);
                if (reference.equals(serving)) {
                    serving = null;
                    provider = null;
                    bundle = "";
                    bundleId = 0;
                    suspend(gone);
                    choose();
                }
            });
        }
        context.ungetService(reference);
    }

    /** Lets the subclass act on the calling thread once the exchange is done. */
    void control(Runnable exchange) {
        core.control.call(exchange, exchangeLimitMs());
    }

    final long exchangeLimitMs() {
        return core.config().ackTimeout().toMillis() * 3 + 1_000;
    }

    private void choose() {
        List<ServiceReference<P>> byRank = new ArrayList<>(candidates);
        byRank.sort(Comparator.reverseOrder());
        for (ServiceReference<P> reference : byRank) {
            P candidate = context.getService(reference);
            if (candidate == null) {
                continue;
            }
            try {
                if (serve(candidate, reference)) {
                    serving = reference;
                    provider = candidate;
                    Bundle by = reference.getBundle();
                    bundle = by == null ? "" : by.getSymbolicName() + " " + by.getVersion();
                    bundleId = by == null ? 0 : by.getBundleId();
                    generation++;
                    return;
                }
            } catch (RuntimeException | LinkageError e) {
                core.reports.add(name + " of bundle " + reference.getBundle() + " can't serve", e);
            } finally {
                context.ungetService(reference);
            }
        }
    }

    final boolean isServing() {
        return serving != null;
    }

    final String bundle() {
        return bundle;
    }

    final long bundleId() {
        return bundleId;
    }

    final long generation() {
        return generation;
    }
}
