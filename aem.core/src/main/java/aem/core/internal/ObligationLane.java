package aem.core.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What the producers write; on a cache line of its own. */
class ObligationLaneProducers {
    @SuppressWarnings("unused") // by VarHandle
    volatile Obligation newest;
}

/** Keeps the two sides apart. */
class ObligationLanePadding extends ObligationLaneProducers {
    @SuppressWarnings("unused")
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14;
}

/**
 * An intrusive queue, many producers and one consumer, without bound and without allocation: D. Vyukov, 'Intrusive MPSC
 * node-based queue'. A producer swaps itself in as the newest node and then links its predecessor to itself; between the
 * two steps the consumer sees an end that is not one, and takes the rest the next time. Since the swap comes first, {@link
 * #isEmpty} never misses a node whose {@link #add} has returned.
 */
final class ObligationLane extends ObligationLanePadding {
    private static final VarHandle NEWEST;
    private static final VarHandle OLDEST;
    private static final VarHandle NEXT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            NEWEST = lookup.findVarHandle(ObligationLane.class, "newest", Obligation.class);
            OLDEST = lookup.findVarHandle(ObligationLane.class, "oldest", Obligation.class);
            NEXT = lookup.findVarHandle(Obligation.class, "next", Obligation.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Obligation stub = new Stub();

    /** Written by the consumer only; {@link #isEmpty} may be asked by any thread. */
    private Obligation oldest = stub;

    ObligationLane() {
        newest = stub;
    }

    void add(Obligation node) {
        NEXT.set(node, (Obligation) null);
        Obligation before = (Obligation) NEWEST.getAndSet(this, node);
        NEXT.setRelease(before, node);
    }

    /** The oldest node, or null if there is none or its producer is just linking it. Consumer only. */
    Obligation poll() {
        Obligation first = oldest;
        Obligation second = (Obligation) NEXT.getAcquire(first);
        if (first == stub) {
            if (second == null) {
                return null;
            }
            OLDEST.setRelease(this, second);
            first = second;
            second = (Obligation) NEXT.getAcquire(second);
        }
        if (second != null) {
            OLDEST.setRelease(this, second);
            return first;
        }
        if (first != NEWEST.getVolatile(this)) {
            return null;
        }
        add(stub);
        second = (Obligation) NEXT.getAcquire(first);
        if (second == null) {
            return null;
        }
        OLDEST.setRelease(this, second);
        return first;
    }

    /** Whether nothing was added that has not been polled. */
    boolean isEmpty() {
        Obligation first = (Obligation) OLDEST.getAcquire(this);
        return first == stub && first == NEWEST.getVolatile(this);
    }

    private static final class Stub extends Obligation {
        @Override
        void run(Worker worker) {
            throw new AssertionError("the stub is never polled");
        }
    }
}
