package aem.bench;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The JDK's, with one thread; cancelled tasks leave its queue at once. */
final class ExecutorTimers implements Timers {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
    private Future<?>[] futures = {};
    private volatile long expired;
    private final Runnable task = this::expire;

    ExecutorTimers() {
        executor.setRemoveOnCancelPolicy(true);
    }

    private void expire() {
        expired++; // one thread writes it
    }

    @Override
    public void slots(int count) {
        futures = new Future<?>[count];
    }

    @Override
    public void start(int slot, long delayNs) {
        futures[slot] = executor.schedule(task, delayNs, TimeUnit.NANOSECONDS);
    }

    @Override
    public void cancel(int slot) {
        futures[slot].cancel(false);
        futures[slot] = null;
    }

    @Override
    public void settle() {
        // it is done by the caller
    }

    @Override
    public void awaitExpired(long count) throws InterruptedException {
        while (expired < count) {
            Thread.sleep(1);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
