package aem.bench;

import aem.api.EventClass;
import aem.api.job.JobKind;
import aem.api.job.Missed;
import aem.api.job.Scheduler;
import aem.api.job.SchedulerContext;
import aem.scheduler.internal.SchedulerComponent;
import aem.scheduler.internal.SchedulerConfig;
import java.lang.reflect.Proxy;
import java.util.concurrent.locks.LockSupport;

/**
 * The scheduler bundle's own service with one worker, used as the core does for a timer event: a job is added and scheduled,
 * and removed when the timer is cancelled. What expires runs as a job; the handler that would follow is the core's.
 */
final class AemTimers implements Timers, SchedulerContext {
    private final Scheduler scheduler;
    private long expired;

    AemTimers() {
        SchedulerConfig defaults = (SchedulerConfig) Proxy.newProxyInstance(
                SchedulerConfig.class.getClassLoader(),
                new Class<?>[] {SchedulerConfig.class},
                (proxy, method, args) -> method.getDefaultValue());
        scheduler = new SchedulerComponent(defaults).open(this, null);
        scheduler.addProcess(0);
    }

    @Override
    public void slots(int count) {
        // its tables grow as they do in the runtime
    }

    @Override
    public void start(int slot, long delayNs) {
        scheduler.addJob(slot, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
        scheduler.schedule(slot, delayNs, 0, Missed.FIRE_ONCE);
    }

    @Override
    public void cancel(int slot) {
        scheduler.removeJob(slot);
    }

    @Override
    public void settle() {
        // it is done by the caller
    }

    @Override
    public void awaitExpired(long count) {
        while (expired < count) {
            scheduler.doWork();
        }
    }

    @Override
    public void close() {
        // no thread of its own
    }

    @Override
    public int worker() {
        return 0;
    }

    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    @Override
    public int poll() {
        return 0;
    }

    @Override
    public int idle(long timeoutNs) {
        LockSupport.parkNanos(timeoutNs < 0 ? 1_000_000 : timeoutNs);
        return 0;
    }

    @Override
    public int drainInbox(int limit) {
        return 0;
    }

    @Override
    public void runJob(int job, int ready) {
        expired++;
        scheduler.removeJob(job);
    }

    @Override
    public void runHandler(int job) {
        throw new AssertionError("no job activates its event");
    }

    @Override
    public int memoryPercent() {
        return 0;
    }

    @Override
    public void overrun(int job, long tookNs, long boundNs) {
        // nobody is told
    }
}
