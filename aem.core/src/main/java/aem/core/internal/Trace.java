package aem.core.internal;

/** What debug mode remembers of data: where it was lent, retained, returned. Text only: it pins nobody's classes. */
final class Trace extends Exception {
    private static final long serialVersionUID = 1L;

    private Trace(String what, StackTraceElement... at) {
        super(what, null, true, true);
        setStackTrace(at);
    }

    /** The stack of the calling thread. */
    static StackTraceElement[] here() {
        return Thread.currentThread().getStackTrace();
    }

    /** Adds a stack to what is thrown, if there is one. */
    static void add(Throwable thrown, String what, StackTraceElement... at) {
        if (at != null) {
            thrown.addSuppressed(new Trace(what, at));
        }
    }
}
