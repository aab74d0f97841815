package aem.core.internal;

/** The thread of a worker. It does nothing but call the scheduler's duty cycle, and exchange parts between two of them. */
final class WorkerThread extends Thread {
    final Worker worker;
    private volatile boolean stopped;

    WorkerThread(Worker worker) {
        super(null, null, "aem-worker-" + worker.index, 0, false);
        this.worker = worker;
        setDaemon(true);
        setContextClassLoader(null);
    }

    @Override
    public void run() {
        worker.run(this);
        worker.safePoint();
        while (!stopped) {
            cycles();
        }
        worker.end();
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
            } catch (Throwable t) {
                worker.core.reports.add("duty cycle of worker " + worker.index, t);
            }
        } while (!worker.safePoint());
    }

    /** Ends the thread after the current cycle. */
    void end() {
        worker.atSafePoint(new Obligation() {
            @Override
            void run(Worker on) {
                stopped = true;
            }
        });
    }
}
