package aem.core.internal;

import aem.api.part.PartState;
import aem.api.spi.EventSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An entry of the system-call table: a kind of events, the API that it offers, and the source that serves it at present.
 * Changed by the control thread only.
 */
final class Kind {
    final String name;
    final int index;
    final List<Class<?>> api;
    private final AtomicLong events = new AtomicLong();

    private SourceSession session;
    private volatile EventSource source;
    private volatile Object service;
    private volatile String bundle = "";
    private volatile long bundleId;
    private volatile long generation;
    private volatile String absenceLoses = "";
    private volatile boolean retired;
    private PartState kept;

    Kind(String name, int index, List<Class<?>> api) {
        this.name = name;
        this.index = index;
        this.api = List.copyOf(api);
    }

    /** What serves the kind for calls of applications; the workers have their own, see {@link KindSlot}. */
    EventSource source() {
        return source;
    }

    boolean isServing() {
        return source != null;
    }

    /** The object behind the facade, or null. */
    Object service() {
        return service;
    }

    synchronized void serve(EventSource newSource, Object newService, SourceSession newSession, String by, long byId) {
        session = newSession;
        source = newSource;
        bundle = by;
        bundleId = byId;
        absenceLoses = newSource.absenceLoses();
        generation++;
        kept = null;
        service = newService;
        notifyAll();
    }

    /** Stops serving calls; the workers follow. */
    synchronized SourceSession suspend() {
        SourceSession old = session;
        service = null;
        source = null;
        session = null;
        bundle = "";
        bundleId = 0;
        return old;
    }

    /** Waits for a service. Not on a worker. */
    synchronized Object awaitService(long timeoutMs) throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000;
        while (service == null && !retired) {
            long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return null;
            }
            wait(leftMs);
        }
        return service;
    }

    synchronized void retire() {
        retired = true;
        notifyAll();
    }

    boolean isRetired() {
        return retired;
    }

    void keep(PartState state) {
        kept = state;
    }

    PartState kept() {
        return kept;
    }

    void added() {
        events.incrementAndGet();
    }

    void removed() {
        events.decrementAndGet();
    }

    long eventCount() {
        return events.get();
    }

    String bundle() {
        return bundle;
    }

    long bundleId() {
        return bundleId;
    }

    long generation() {
        return generation;
    }

    String absenceLoses() {
        return absenceLoses;
    }
}
