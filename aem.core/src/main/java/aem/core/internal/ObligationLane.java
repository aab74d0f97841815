package aem.core.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An intrusive queue, many producers and one consumer, without bound and without allocation: D. Vyukov, 'Intrusive MPSC
 * node-based queue'. A producer swaps itself in as the newest node and then links its predecessor to itself; between the
 * two steps the consumer sees an end that is not one, and takes the rest the next time. Since the swap comes first, {@link
 * #isEmpty} never misses a node whose {@link #add} has returned.
 */
final class ObligationLane {
    private static final VarHandle NEWEST;
    private static final VarHandle NEXT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            NEWEST = lookup.findVarHandle(ObligationLane.class, "newest", Obligation.class);
            NEXT = lookup.findVarHandle(Obligation.class, "next", Obligation.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Obligation stub = new Stub();

    @SuppressWarnings("unused") // by VarHandle
    private volatile Obligation newest = stub;

    /** Written by the consumer only; volatile because {@link #isEmpty} may be asked by any thread. */
    private volatile Obligation oldest = stub;

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
            oldest = second;
            first = second;
            second = (Obligation) NEXT.getAcquire(second);
        }
        if (second != null) {
            oldest = second;
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
        oldest = second;
        return first;
    }

    /** Whether nothing was added that has not been polled. */
    boolean isEmpty() {
        Obligation first = oldest;
        return first == stub && first == NEWEST.getVolatile(this);
    }

    private static final class Stub extends Obligation {
        @Override
        void run(Worker worker) {
            throw new AssertionError("the stub is never polled");
        }
    }
}
