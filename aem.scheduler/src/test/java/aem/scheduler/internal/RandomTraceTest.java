package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.Priority;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.job.Missed;
import aem.api.job.SchedulerContext;
import aem.api.part.PartState;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A long random trace, with the accounts that the core keeps: events that come, are shed, cancelled, taken back and handled;
 * handlers that throw, and that block until their worker goes on without them; changes of live events; suspensions; other
 * versions that adopt. The order of weights is never hurt, nothing is lost, and nothing is counted twice.
 *
 * <p>The trace has 10 million events; {@code -Daem.trace.events=N} makes it N.
 */
class RandomTraceTest {
    private static final long EVENTS = Long.getLong("aem.trace.events", 10_000_000);
    private static final int JOBS = 400;
    private static final int PROCESSES = 40;
    private static final long MS = 1_000_000;
    private static final long CYCLES_A_VERSION = 500;

    @Test
    void shouldKeepOrderAndLedger() {
        Trace trace = new Trace();
        while (trace.offered < EVENTS) {
            trace.cycle();
        }
        trace.check();
        trace.drain();
        trace.check();
        assertEquals(0, trace.scheduler.countPending());
        assertMany(EVENTS / 10, trace.handled, "handled");
        assertMany(EVENTS / 1000, trace.failed, "failed");
        assertMany(EVENTS / 1000, trace.cancelled, "cancelled");
        assertMany(EVENTS / 1000, trace.shed, "shed");
        assertMany(EVENTS / 1000, trace.refused, "refused");
        assertMany(EVENTS / 1000, trace.givenBack, "taken and given back");
        assertMany(EVENTS / 100_000, trace.detached, "detached");
        assertMany(EVENTS / 100_000, trace.versions, "versions");
        assertMany(EVENTS / 100, trace.changes, "changes");
    }

    private static void assertMany(long least, long count, String what) {
        assertTrue(count >= least, what + ": " + count + ", should be " + least + " at least");
    }

    /** A handler that blocked: its thread leaves the cycle, another one goes on. */
    private static final class Detached extends RuntimeException {
        private static final long serialVersionUID = 1;

        Detached() {
            super(null, null, false, false);
        }
    }

    private static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1;

        Thrown() {
            super(null, null, false, false);
        }
    }

    /** The core's side of one worker. */
    private static final class Trace implements SchedulerContext {
        private final SplittableRandom random = new SplittableRandom(10_000_000);
        private final Detached detaching = new Detached();
        private final Thrown thrown = new Thrown();
        private final Settings[] settings = {
            FakeContext.with(SrtPriority.SUM, new ShedSettings(20 * MS, 10 * MS, 20_000, 95)),
            FakeContext.with(SrtPriority.MAX, new ShedSettings(20 * MS, 10 * MS, 20_000, 95))
        };
        private WorkerScheduler scheduler = new WorkerScheduler(this, this::settings);
        /** Bodies and handlers of the job that are entered. */
        private final int[] onStack = new int[JOBS];

        private long nowNs = Long.MAX_VALUE - 1000 * MS; // it wraps around
        private int setting;
        private int running = IntLists.NONE;
        private boolean calm;
        private boolean draining;
        private long cycles;

        private long offered;
        private long refused;
        private long activated;
        private long shed;
        private long handled;
        private long failed;
        private long cancelled;
        private long detached;
        private long givenBack;
        private long versions;
        private long changes;

        Trace() {
            for (int process = 0; process < PROCESSES; process++) {
                scheduler.addProcess(process);
            }
            for (int job = 0; job < JOBS; job++) {
                add(job);
            }
        }

        private Settings settings() {
            return settings[setting];
        }

        void cycle() {
            calm = cycles / 500 % 4 != 0; // tides
            try {
                scheduler.doWork();
            } catch (Detached e) {
                detached++;
                onStack[running]--;
                scheduler.detached(running);
                running = IntLists.NONE;
                handled++; // when it returns, on its own thread
            }
            nowNs += random.nextInt(2000) == 0 ? random.nextLong(200 * MS) : random.nextLong(MS / 10);
            if (++cycles % CYCLES_A_VERSION == 0) {
                check();
                PartState state = scheduler.suspend();
                boolean factsOnly = random.nextInt(2) == 0;
                setting = random.nextInt(2);
                scheduler = new WorkerScheduler(this, this::settings, factsOnly ? HandoverTest.factsOf(state) : state);
                versions++;
            }
        }

        /** Until nothing waits; nothing comes any more. */
        void drain() {
            for (int job = 0; job < JOBS; job++) {
                if (isThere(job) && job % 2 == 1) {
                    scheduler.unschedule(job);
                }
            }
            draining = true;
            while (scheduler.countPending() > 0) {
                scheduler.doWork();
            }
        }

        void check() {
            WorkerDTO dto = new WorkerDTO();
            scheduler.describe(dto);
            assertEquals(0, dto.orderViolations, "choices against the order");
            assertEquals(0, dto.illegalTransitions, "illegal moves");
            long pending = 0;
            for (int job = 0; job < JOBS; job++) {
                pending += scheduler.pending(job);
            }
            assertEquals(pending, scheduler.countPending());
            assertEquals(pending, dto.pending);
            assertEquals(offered, refused + activated, "offered");
            assertEquals(activated, handled + failed + cancelled + shed + pending, "activated");
            assertEquals(shed, dto.shedRejectable + dto.shedLastResort, "shed");
        }

        private boolean isThere(int job) {
            return scheduler.state(job) != JobState.ENDED;
        }

        private void add(int job) {
            EventClass eventClass = EventClass.values()[random.nextInt(EventClass.values().length)];
            JobKind kind = job % 2 == 0 ? JobKind.REACTIVE : JobKind.PERIODIC;
            int process = random.nextInt(PROCESSES);
            scheduler.addJob(job, process, kind, priority(), eventClass);
            if (kind == JobKind.PERIODIC) {
                schedule(job);
            }
        }

        private int priority() {
            return random.nextBoolean()
                    ? Priority.values()[random.nextInt(3)].value()
                    : 1 + random.nextInt(Priority.MAX);
        }

        private void schedule(int job) {
            long periodNs = random.nextInt(4) == 0 ? 0 : MS + random.nextLong(50 * MS);
            Missed missed = random.nextBoolean() ? Missed.FIRE_ALL : Missed.FIRE_ONCE;
            scheduler.schedule(job, random.nextLong(20 * MS), periodNs, missed);
        }

        private void offer(int job, int count) {
            offered += count;
            if (!isThere(job)) {
                refused += count;
                return;
            }
            activated += count;
            if (!scheduler.activate(job, count)) {
                shed += count;
            }
        }

        private void operation() {
            int job = random.nextInt(JOBS);
            if (!isThere(job)) {
                if (onStack[job] == 0) {
                    add(job);
                }
                return;
            }
            changes++;
            switch (random.nextInt(10)) {
                case 0 -> scheduler.priority(job, priority());
                case 1 -> scheduler.eventClass(job, EventClass.values()[random.nextInt(3)]);
                case 2 -> {
                    if (job % 2 == 1) {
                        scheduler.period(job, random.nextInt(3) == 0 ? 0 : random.nextLong(MS, 100 * MS));
                    }
                }
                case 3 -> {
                    if (job % 2 == 1) {
                        schedule(job);
                    }
                }
                case 4, 5 -> {
                    if (scheduler.state(job) == JobState.SUSPENDED) {
                        scheduler.resume(job);
                    } else {
                        scheduler.suspend(job);
                    }
                }
                case 6 -> cancelled += scheduler.removeJob(job);
                case 7 -> cancelled += scheduler.takePending(job);
                case 8 -> {
                    int count = scheduler.takePending(job);
                    scheduler.giveBack(job, count);
                    givenBack += count;
                }
                default -> scheduler.wake(job, 1 + random.nextInt(3));
            }
        }

        @Override
        public int poll() {
            if (draining) {
                return 0;
            }
            int count = calm ? random.nextInt(20) : random.nextInt(900);
            for (int n = 0; n < count; n++) {
                int job = random.nextInt(JOBS / 2) * 2;
                if (!isThere(job)) {
                    offer(job, 1); // as an application would that has not been told yet
                } else {
                    scheduler.wake(job, 1 + random.nextInt(3));
                }
            }
            return count;
        }

        @Override
        public int drainInbox(int limit) {
            int count = draining ? 0 : random.nextInt(12);
            for (int n = 0; n < count; n++) {
                operation();
            }
            return count;
        }

        @Override
        public void runJob(int job, int ready) {
            onStack[job]++;
            assertTrue(!draining, "a job runs that was stopped");
            nowNs += random.nextInt(200);
            offer(job, ready);
            if (random.nextInt(50) == 0) {
                operation();
            }
            onStack[job]--;
        }

        @Override
        public void runHandler(int job) {
            running = job;
            onStack[job]++;
            try {
                body();
                handled++;
            } catch (Thrown e) {
                failed++;
            }
            onStack[job]--;
            running = IntLists.NONE;
        }

        private void body() {
            nowNs += random.nextInt(100_000) == 0 ? random.nextLong(50 * MS) : random.nextInt(4000);
            if (draining) {
                return;
            }
            int die = random.nextInt(20_000);
            if (die < 400) {
                operation();
            } else if (die < 800) {
                offer(random.nextInt(JOBS), 1);
            } else if (die < 900) {
                throw thrown;
            } else if (die == 900) {
                throw detaching;
            }
        }

        @Override
        public int worker() {
            return 0;
        }

        @Override
        public long nowNs() {
            return nowNs += 50;
        }

        @Override
        public int idle(long timeoutNs) {
            nowNs += timeoutNs < 0 ? MS : Math.min(timeoutNs, MS);
            return 0;
        }

        @Override
        public int memoryPercent() {
            return 0;
        }

        @Override
        public void overrun(int job, long tookNs, long boundNs) {}
    }
}
