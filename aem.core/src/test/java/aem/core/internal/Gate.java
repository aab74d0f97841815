package aem.core.internal;

/** Where a worker's thread stops before each cycle. The test decides what it does next; both never run at a time. */
final class Gate {
    /** What the worker does when it passes. */
    enum Pass {
        /** Nothing, but to come to its safe point. */
        SAFE_POINT,
        CYCLE
    }

    private static final long PATIENCE_NS = 20_000_000_000L;

    private int steps;
    private boolean waiting;
    private Pass free;

    /** On the worker's thread. */
    synchronized Pass pass() {
        while (steps == 0 && free == null) {
            waiting = true; // again, if it was let go and stopped before it noticed
            notifyAll();
            await();
        }
        waiting = false;
        if (free != null) {
            return free;
        }
        steps--;
        return Pass.CYCLE;
    }

    /** Has the worker do one cycle, with the safe point after it. */
    synchronized void step() {
        steps++;
        waiting = false;
        notifyAll();
        awaitStop();
    }

    /** Lets the worker go on by itself. */
    synchronized void open(Pass what) {
        free = what;
        notifyAll();
    }

    /** Stops it again. */
    synchronized void close(boolean isRunByScheduler) {
        free = null;
        waiting = false;
        notifyAll();
        if (isRunByScheduler) {
            awaitStop();
        }
    }

    private void awaitStop() {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!waiting || steps > 0) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("the worker did not come back from its cycle");
            }
            await();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // its callers loop
    private void await() {
        try {
            wait(1_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
