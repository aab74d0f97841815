package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.job.JobKind;
import aem.api.job.Missed;
import aem.api.job.SchedulerContext;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AllocationTest {
    private static final int ACTIVATIONS = 1_000_000;

    @ParameterizedTest
    @EnumSource
    void shouldNotAllocateOnceTheTablesHaveGrown(SrtPriority srtPriority) {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Loop loop = new Loop(FakeContext.with(srtPriority, ShedSettings.DEFAULT));
        loop.run(50_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        loop.run(ACTIVATIONS);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(ACTIVATIONS + 50_000, loop.handled, 10);
        assertTrue(bytes < ACTIVATIONS, bytes + " bytes for " + ACTIVATIONS + " activations");
    }

    /** Four reactive jobs that are woken in turn in two processes and get another priority, and a timer that is started anew all the time. */
    private static final class Loop implements SchedulerContext {
        private final WorkerScheduler scheduler;
        private long nowNs;
        private int polls;
        private int handled;

        Loop(Settings settings) {
            scheduler = new WorkerScheduler(this, () -> settings);
            scheduler.addProcess(0);
            scheduler.addProcess(1);
            for (int job = 0; job < 4; job++) {
                scheduler.addJob(job, job & 1, JobKind.REACTIVE, 1 + job, EventClass.NEVER);
            }
            scheduler.addJob(4, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
            scheduler.schedule(4, 1, 1_000_000, Missed.FIRE_ALL);
            scheduler.addJob(5, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
        }

        void run(int activations) {
            for (int until = handled + activations; handled < until; ) {
                scheduler.doWork();
            }
        }

        @Override
        public int worker() {
            return 0;
        }

        @Override
        public long nowNs() {
            return nowNs += 150;
        }

        @Override
        public int poll() {
            polls++;
            scheduler.wake(polls & 3, 1);
            scheduler.wake(polls + 1 & 3, 1);
            return 2;
        }

        @Override
        public int idle(long timeoutNs) {
            return poll(); // else time would have to pass until it polls again
        }

        @Override
        public int drainInbox(int limit) {
            return 0;
        }

        @Override
        public void runJob(int job, int ready) {
            scheduler.activate(job, 1);
        }

        @Override
        public void runHandler(int job) {
            handled++;
            scheduler.priority(job, 1 + handled % 7);
            scheduler.schedule(5, 5_000_000, 0, Missed.FIRE_ONCE);
        }

        @Override
        public int memoryPercent() {
            return 0;
        }

        @Override
        public void overrun(int job, long tookNs, long boundNs) {}
    }
}
