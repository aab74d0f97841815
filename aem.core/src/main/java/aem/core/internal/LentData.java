package aem.core.internal;

import aem.api.StaleDataException;
import aem.api.memory.RetainedData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The data of one event, lent to its handler. The same object serves every activation of that event, and never another
 * event, so that a handler that keeps it too long can't see what is not its own.
 *
 * <p>One plain field says whether it is lent: {@link #borrower}, the thread that runs the handler. A thread always sees
 * its own last write to it, and any other value is not that thread; so the check needs no fence.
 */
final class LentData extends Data {
    private Thread borrower;
    private Arena views;
    /** Debug mode: this object serves one loan only, and remembers where it began and ended. */
    private final boolean traced;

    private StackTraceElement[] lentAt;
    private StackTraceElement[] returnedAt;

    LentData(Event event, boolean traced) {
        super(event);
        this.traced = traced;
    }

    boolean isTraced() {
        return traced;
    }

    void lend(long newBlock, MemorySegment newRegion, long newBase, int newLength) {
        set(newBlock, newRegion, newBase, newLength);
        borrower = Thread.currentThread();
        if (traced) {
            lentAt = Trace.here();
        }
    }

    /** On the thread that has opened them. */
    void endViews() {
        if (views != null) {
            views.close();
            views = null;
        }
    }

    /** Ends the loan. The block is the caller's, who gives it back to the pool; 0 if it was retained. */
    long takeBack() {
        borrower = null;
        if (traced) {
            returnedAt = Trace.here();
        }
        endViews();
        long returned = block;
        block = 0;
        return returned;
    }

    boolean isLent() {
        return block != 0;
    }

    @Override
    void check() {
        if (borrower != Thread.currentThread()) {
            StaleDataException thrown = stale(
                    borrower == null
                            ? "was used after its handler returned; retain() or copy what is to be kept"
                            : "was used on thread " + Thread.currentThread().getName() + ", but is lent to "
                                    + borrower.getName());
            Trace.add(thrown, "lent here", lentAt);
            Trace.add(thrown, "returned here", returnedAt);
            throw thrown;
        }
    }

    @Override
    @SuppressWarnings("restricted")
    public MemorySegment segment() {
        check();
        if (views == null) {
            views = Arena.ofConfined();
        }
        return region.asSlice(base, length).reinterpret(views, null).asReadOnly();
    }

    @Override
    public RetainedData retain() {
        check();
        KeptData kept = new KeptData(event, block, region, base, length, lentAt);
        block = 0;
        takeBack();
        return kept;
    }
}
