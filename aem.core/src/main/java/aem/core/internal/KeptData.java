package aem.core.internal;

import aem.api.memory.RetainedData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A block that the application has taken over. Released once: by its holder, or by the end of its process. */
final class KeptData extends Data implements RetainedData {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(KeptData.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int HELD = 0;
    private static final int RELEASED = 1;
    private static final int PROCESS_ENDED = 2;

    @SuppressWarnings("unused") // by VarHandle
    private volatile int state;

    KeptData(Event event, long block, MemorySegment region, long base, int length) {
        super(event);
        set(block, region, base, length);
        event.process.kept(this);
    }

    @Override
    void check() {
        if (state != HELD) {
            throw stale(state == RELEASED ? "was used after release()" : "was used after its process ended");
        }
    }

    @Override
    public void release() {
        if (!tryRelease(RELEASED)) {
            throw stale(state == RELEASED ? "was released twice" : "was released after its process ended");
        }
        event.process.released(this);
    }

    @Override
    public void close() {
        if (tryRelease(RELEASED)) {
            event.process.released(this);
        }
    }

    /** The process has ended and its pool returns whole. */
    void processEnded() {
        tryRelease(PROCESS_ENDED);
    }

    private boolean tryRelease(int to) {
        return STATE.compareAndSet(this, HELD, to);
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
