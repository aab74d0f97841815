package aem.core.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.PhantomReference;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A retained block as the core keeps it, until it is released: by its holder, by the end of its process, or because the
 * garbage collector finds that nobody holds the {@link KeptData} any more. Only one of them wins; only the winner's side
 * gives the block back. It does not refer to the data, so that the collector can tell.
 */
final class Retention extends PhantomReference<KeptData> {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Retention.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    static final int HELD = 0;
    static final int RELEASED = 1;
    static final int PROCESS_ENDED = 2;
    static final int LOST = 3;

    private static final int STACK_FRAMES = 12;

    final Event event;
    final Pool pool;
    final long block;
    /** Where it was retained, in debug mode; or null. */
    final StackTraceElement[] retainedAt;

    @SuppressWarnings("unused") // by VarHandle
    private volatile int state;

    /** The way home: a node of its own, so that a release on another thread takes no memory and can't be refused. */
    private final Obligation home = new Obligation() {
        @Override
        void run(Worker on) {
            event.process.freeAt(pool, block);
        }
    };

    Retention(KeptData data, Event event, long block, StackTraceElement... retainedAt) {
        super(data, event.process.core.lostData);
        this.event = event;
        this.pool = event.process.pool();
        this.block = block;
        this.retainedAt = retainedAt;
    }

    int state() {
        return state;
    }

    /** True for the one who ends it. */
    boolean end(int how) {
        return STATE.compareAndSet(this, HELD, how);
    }

    /** Ended by its holder, on any thread: the block goes home. */
    void goHome() {
        clear();
        event.process.forget(this);
        pool.worker.execute(home);
    }

    /** The collector has found that nobody holds the data. */
    void lost() {
        if (end(LOST)) {
            event.process.core.reports.add("a retained block of " + event.label() + " was lost without release(): "
                    + (retainedAt == null
                            ? "with aem.memory.debug=true it is told where it was retained"
                            : Arrays.stream(retainedAt)
                                    .limit(STACK_FRAMES)
                                    .map(frame -> "at " + frame)
                                    .collect(Collectors.joining(" ", "retained ", ""))));
            goHome();
        }
    }
}
