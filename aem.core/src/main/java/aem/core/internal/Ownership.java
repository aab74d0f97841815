package aem.core.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which thread may touch a worker's state: at most one, at any moment. One word holds the turn, which grows with each
 * handler and each take-over, and the mode.
 *
 * <p>The owner's turn is known to its thread alone. In {@link #RUNTIME} only the owner changes the word, so it does so
 * without a race. While a handler runs ({@link #HANDLER}) the watchdog may take the state away ({@link #detach}); so the
 * owner, before it touches the state again (the handler calls the API, or returns), takes it back by compare-and-set. One
 * of the two wins. After {@link #detach} the word moves on to the next turn, which the old thread never has: it can't come
 * back, not even when another handler of the worker is running by then.
 */
final class Ownership {
    static final int RUNTIME = 0;
    static final int HANDLER = 1;
    static final int DETACHED = 2;

    private static final int MODE_BITS = 2;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Ownership.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings({"FieldMayBeFinal", "UnusedVariable"}) // by VarHandle
    private volatile long word = word(0, RUNTIME);

    private static long word(long turn, int mode) {
        return turn << MODE_BITS | mode;
    }

    // ---- the owner ------------------------------------------------------------------------------------------------

    /** Whether the thread with this turn is the owner, on the runtime's side. */
    boolean isRuntime(long turn) {
        return (long) WORD.getOpaque(this) == word(turn, RUNTIME);
    }

    /** A handler begins; the owner's turn is the next one from now on, which is returned. */
    long beginHandler(long turn) {
        WORD.setRelease(this, word(turn + 1, HANDLER));
        return turn + 1;
    }

    /** From the handler to the runtime's side; false if the state was taken away meanwhile. */
    boolean toRuntime(long turn) {
        return WORD.compareAndSet(this, word(turn, HANDLER), word(turn, RUNTIME));
    }

    /** Back to the handler. */
    void toHandler(long turn) {
        WORD.setRelease(this, word(turn, HANDLER));
    }

    // ---- the watchdog ---------------------------------------------------------------------------------------------

    /** To be compared later: the same look twice, and the same handler has run in between. */
    long look() {
        return (long) WORD.getVolatile(this);
    }

    static boolean isHandler(long look) {
        return (look & (1 << MODE_BITS) - 1) == HANDLER;
    }

    /**
     * Takes the state away from the thread whose handler runs. One watchdog only.
     *
     * @param look at a running handler
     * @return false if that handler is not running just now
     */
    boolean detach(long look) {
        return WORD.compareAndSet(this, look, look & -1L << MODE_BITS | DETACHED);
    }

    /** After {@link #detach}: the turn of the next owner, who is on the runtime's side. */
    long takeOver() {
        long turn = ((long) WORD.getVolatile(this) >>> MODE_BITS) + 1;
        WORD.setVolatile(this, word(turn, RUNTIME));
        return turn;
    }
}
