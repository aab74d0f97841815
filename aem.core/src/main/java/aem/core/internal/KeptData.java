package aem.core.internal;

import aem.api.StaleDataException;
import aem.api.memory.RetainedData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

/**
 * A block that the application has taken over. Released once: by its holder, or by the end of its process.
 *
 * <p>Its process may end on another thread while somebody reads it, and the block be another's at once. So each access asks
 * again after it has read: what was read then is thrown away with an exception.
 */
final class KeptData extends Data implements RetainedData {
    private final Retention retention;
    private final StackTraceElement[] lentAt;
    /** In debug mode. */
    private volatile StackTraceElement[] releasedAt;

    KeptData(Event event, long block, MemorySegment region, long base, int length, StackTraceElement... lentAt) {
        super(event);
        set(block, region, base, length);
        this.lentAt = lentAt;
        retention = new Retention(this, event, block, lentAt == null ? null : Trace.here());
        event.process.kept(retention);
    }

    @Override
    void check() {
        int state = retention.state();
        if (state != Retention.HELD) {
            throw ended(state == Retention.RELEASED ? "was used after release()" : "was used after its process ended");
        }
    }

    @Override
    void recheck() {
        try {
            // the bytes first, then the state: as a reader of a sequence lock
            VarHandle.acquireFence();
            check();
        } finally {
            // nobody takes it for lost while it is being read
            Reference.reachabilityFence(this);
        }
    }

    Retention retention() {
        return retention;
    }

    private StaleDataException ended(String why) {
        StaleDataException thrown = stale(why);
        Trace.add(thrown, "lent here", lentAt);
        Trace.add(thrown, "retained here", retention.retainedAt);
        Trace.add(thrown, "released here", releasedAt);
        return thrown;
    }

    @Override
    public void release() {
        if (!tryRelease()) {
            throw ended(
                    retention.state() == Retention.RELEASED
                            ? "was released twice"
                            : "was released after its process ended");
        }
    }

    @Override
    public void close() {
        tryRelease();
    }

    private boolean tryRelease() {
        boolean released = retention.end(Retention.RELEASED);
        if (released) {
            if (lentAt != null) {
                releasedAt = Trace.here();
            }
            retention.goHome();
        }
        return released;
    }

    /** A copy: a view could outlive the block, and an arena that any thread may close would stop all of them. */
    @Override
    public MemorySegment segment() {
        MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, length()));
        copyTo(0, copy, 0, length);
        return copy.asSlice(0, length).asReadOnly();
    }

    @Override
    public RetainedData retain() {
        throw stale("is retained already");
    }
}
