package aem.core.internal;

/**
 * A thread that runs a worker. It does nothing but call the scheduler's duty cycle, and exchange parts between two of them.
 * It ends with the worker, or when its handler, having blocked the worker for too long, was {@linkplain Watchdog detached}
 * and has returned: the worker is another thread's by then.
 */
final class WorkerThread extends Thread {
    final Worker worker;

    /** See {@link Ownership}. This thread's own. */
    private long turn;

    /** Whom this thread takes the worker over from; or null. */
    private WorkerThread blocked;

    WorkerThread(Worker worker, long turn, WorkerThread blocked) {
        super(null, null, "aem-worker-" + worker.index, 0, false);
        this.worker = worker;
        this.turn = turn;
        this.blocked = blocked;
        setDaemon(true);
        setContextClassLoader(null);
    }

    @Override
    public void run() {
        try {
            if (blocked != null) {
                worker.takenOver(blocked);
                blocked = null;
            }
            worker.safePoint();
            while (!worker.isStopped()) {
                cycles();
            }
            worker.end();
        } catch (DetachedException e) {
            // the worker goes on without this thread
        }
    }

    /**
     * Until an exchange. The frame is left then: a loop that was compiled while it ran (on-stack replacement) has the
     * parts' code inlined, and would keep their classes for as long as it stands on the stack.
     */
    private void cycles() {
        do {
            try {
                if (worker.scheduler == null) {
                    worker.cycleWithoutScheduler();
                } else {
                    worker.scheduler.doWork();
                }
            } catch (DetachedException e) {
                throw e;
            } catch (Throwable t) {
                worker.core.reports.add("duty cycle of worker " + worker.index, t);
            }
        } while (!worker.safePoint());
    }

    // ---- ownership; called by this thread -------------------------------------------------------------------------

    boolean ownsRuntime() {
        return worker.ownership.isRuntime(turn);
    }

    void beginHandler() {
        turn = worker.ownership.beginHandler(turn);
    }

    boolean toRuntime() {
        return worker.ownership.toRuntime(turn);
    }

    /** What a handler may have left behind on its thread. */
    void cleanUp() {
        if (getContextClassLoader() != null) {
            setContextClassLoader(null);
        }
        if (isInterrupted()) {
            interrupted();
        }
    }

    void toHandler() {
        worker.ownership.toHandler(turn);
    }
}
