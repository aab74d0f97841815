package aem.core.internal;

/**
 * Unwinds the stack of a thread that no longer runs its worker: its handler was detached, and has now returned or called
 * the source's side of the runtime. Nothing on the way up may touch the worker's state.
 */
final class DetachedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a stack, which nobody reads. */
    @SuppressWarnings("StaticAssignmentOfThrowable")
    static final DetachedException INSTANCE = new DetachedException();

    private DetachedException() {
        super("the handler was detached from its worker", null, false, false);
    }
}
