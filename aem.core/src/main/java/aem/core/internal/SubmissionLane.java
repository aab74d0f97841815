package aem.core.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A bounded queue, many producers and one consumer: what users submit to a worker from other threads. When it is full the
 * submission is refused, and the caller is told.
 *
 * <p>Producers claim a position by compare-and-set, then publish the element into its slot; the consumer stops at a slot
 * that is claimed and not published yet. The limit is checked against the consumer's position, which only grows, so a
 * claimed slot is always free.
 */
final class SubmissionLane {
    private static final VarHandle CLAIMED;
    private static final VarHandle TAKEN;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CLAIMED = lookup.findVarHandle(SubmissionLane.class, "claimed", long.class);
            TAKEN = lookup.findVarHandle(SubmissionLane.class, "taken", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AtomicReferenceArray<Obligation> slots;
    private final int mask;

    @SuppressWarnings("unused") // by VarHandle
    private volatile long claimed;

    @SuppressWarnings("unused") // by VarHandle
    private volatile long taken;

    /**
     * @param capacity a power of two
     */
    SubmissionLane(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity must be a power of two: " + capacity);
        }
        slots = new AtomicReferenceArray<>(capacity);
        mask = capacity - 1;
    }

    /** False if the lane is full. */
    boolean offer(Obligation submission) {
        long position;
        do {
            position = (long) CLAIMED.getVolatile(this);
            if (position - (long) TAKEN.getVolatile(this) > mask) {
                return false;
            }
        } while (!CLAIMED.compareAndSet(this, position, position + 1));
        slots.setRelease((int) position & mask, submission);
        return true;
    }

    /** The oldest submission, or null if there is none or it is just being published. Consumer only. */
    Obligation poll() {
        long position = (long) TAKEN.get(this);
        int slot = (int) position & mask;
        Obligation submission = slots.getAcquire(slot);
        if (submission == null) {
            return null;
        }
        slots.setPlain(slot, null);
        TAKEN.setRelease(this, position + 1);
        return submission;
    }

    boolean isEmpty() {
        return (long) CLAIMED.getVolatile(this) == (long) TAKEN.getVolatile(this);
    }
}
