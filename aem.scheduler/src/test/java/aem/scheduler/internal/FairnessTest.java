package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.Priority;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fair under thousands of random loads: processes, weights, durations of handlers, arrivals and settings are drawn.
 *
 * <p>Whoever has something to run when an epoch begins runs in that epoch, and in it gets its slice. So a process waits
 * for its next handler at most until the end of the next epoch, which is at most twice the time in which each process runs
 * a largest quantum and one handler more.
 */
class FairnessTest {
    private static final int LOADS = 2000;
    private static final int HANDLERS = 400;
    private static final long MOST_EPOCHS = 1;
    private static final long MS = 1_000_000;

    @ParameterizedTest
    @EnumSource
    void shouldLetNobodyStarve(SrtPriority srtPriority) {
        long epochs = 0;
        for (int seed = 0; seed < LOADS; seed++) {
            Random random = new Random(seed);
            Settings settings = settings(random, srtPriority);
            RunQueue queue = new RunQueue(settings, 16);
            assertNull(new Workload(random, settings, queue).unfair(), "load " + seed);
            epochs += queue.epoch();
        }
        assertTrue(epochs > 10L * LOADS, "epochs " + epochs);
    }

    @Test
    void shouldTripWhenOneIsForgotten() {
        assertTripped(100, "has waited", settings -> new RunQueue(settings, 16) {
            @Override
            int heaviest() {
                int best = IntLists.NONE;
                for (int i = 0; i < runnableCount(); i++) {
                    int process = runnableAt(i);
                    boolean heavier = best == IntLists.NONE || srtPriority(process) > srtPriority(best);
                    best = process != 0 && hasSlice(process) && heavier ? process : best;
                }
                return best == IntLists.NONE && epoch() % 5 == 0 ? super.heaviest() : best;
            }
        });
    }

    @Test
    void shouldTripWhenSlicesAreIgnored() {
        assertTripped(100, "", settings -> new RunQueue(settings, 16) {
            @Override
            int heaviest() {
                int best = runnableAt(0);
                for (int i = 0; i < runnableCount(); i++) {
                    best = srtPriority(runnableAt(i)) > srtPriority(best) ? runnableAt(i) : best;
                }
                return best;
            }
        });
    }

    @Test
    void shouldTripWhenAnEpochEndsTooEarly() {
        assertTripped(20, "of its slice", settings -> new RunQueue(settings, 16) {
            private long begun = -1;

            @Override
            int heaviest() {
                boolean early = epoch() != begun && epoch() % 3 == 0 && spentOne();
                begun = early ? epoch() : begun;
                return early ? IntLists.NONE : super.heaviest();
            }

            private boolean spentOne() {
                for (int i = 0; i < runnableCount(); i++) {
                    if (!hasSlice(runnableAt(i))) {
                        return true;
                    }
                }
                return false;
            }
        });
    }

    /** Not by every load: some have rarely more than one runnable process, or slices that one handler spends. */
    private static void assertTripped(int least, String how, Function<Settings, RunQueue> broken) {
        int tripped = 0;
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Settings settings = settings(random, SrtPriority.SUM);
            String unfair = new Workload(random, settings, broken.apply(settings)).unfair();
            if (unfair != null && unfair.contains(how)) {
                tripped++;
            }
        }
        assertTrue(tripped >= least, "tripped by " + tripped + " of 200 loads");
    }

    private static Settings settings(Random random, SrtPriority srtPriority) {
        return new Settings(
                MS,
                4096,
                256,
                1 + random.nextInt(256),
                random.nextLong(10 * MS),
                256,
                1 + random.nextInt(1000),
                1 + random.nextInt(2000),
                random.nextInt(5),
                MS / 10 + random.nextLong(19 * MS),
                5 * MS,
                SpinSettings.NONE,
                new ShedSettings(0, 100 * MS, 100_000, 95),
                srtPriority);
    }

    /** Some processes with some events each, and what they do, drawn from one seed. */
    private static final class Workload {
        private final FakeContext context = new FakeContext();
        private final Random random;
        private final Settings settings;
        private final RunQueue queue;
        private final WorkerScheduler scheduler;
        private final int processes;
        private final int jobs;
        private final long longestNs;
        private final int arrivals;
        // by process
        private final int[] waiting;
        /** Since when it has waited for a handler: epoch, and the time that handlers took. */
        private final long[] sinceEpoch;

        private final long[] sinceNs;
        private final long[] seenEpoch;
        private final long[] grantedNs;
        private final long[] tookNs;
        private long handlersNs;
        private long epoch;
        private int handled;
        private String unfair;

        Workload(Random random, Settings settings, RunQueue queue) {
            this.random = random;
            this.settings = settings;
            this.queue = queue;
            processes = 2 + random.nextInt(20);
            jobs = processes * (1 + random.nextInt(3));
            longestNs = 1 + random.nextLong(random.nextBoolean() ? MS : 50 * MS);
            arrivals = 1 + random.nextInt(4);
            waiting = new int[processes];
            sinceEpoch = new long[processes];
            sinceNs = new long[processes];
            seenEpoch = new long[processes];
            java.util.Arrays.fill(seenEpoch, -1);
            grantedNs = new long[processes];
            tookNs = new long[processes];
            scheduler = new WorkerScheduler(context, () -> settings, queue);
            for (int process = 0; process < processes; process++) {
                scheduler.addProcess(process);
            }
            int mostPriority = random.nextBoolean() ? Priority.MAX : 10;
            for (int job = 0; job < jobs; job++) {
                int priority = 1 + random.nextInt(mostPriority);
                scheduler.addJob(job, job % processes, JobKind.REACTIVE, priority, EventClass.NEVER);
            }
            context.handler = (job, x) -> handle(job % processes);
        }

        /** What was not fair, or null. */
        String unfair() {
            for (int job = 0; job < jobs; job++) {
                activate(job, random.nextInt(30));
            }
            while (handled < HANDLERS && unfair == null) {
                if (scheduler.doWork() == 0 || random.nextInt(10) == 0) {
                    activate(random.nextInt(jobs), 1 + random.nextInt(10));
                }
                context.nowNs += random.nextLong(MS);
            }
            WorkerDTO dto = new WorkerDTO();
            scheduler.describe(dto);
            if (dto.orderViolations > 0) {
                unfair(dto.orderViolations + " choices against the order");
            }
            assertEquals(0, dto.illegalTransitions);
            return unfair;
        }

        private void activate(int job, int count) {
            int process = job % processes;
            if (count > 0 && waiting[process] == 0) {
                wait(process);
            }
            waiting[process] += count;
            assertTrue(scheduler.activate(job, count));
        }

        private void wait(int process) {
            sinceEpoch[process] = queue.epoch();
            sinceNs[process] = handlersNs;
        }

        private void handle(int process) {
            handled++;
            waiting[process]--;
            if (queue.epoch() != epoch) {
                checkSlices(process);
                epoch = queue.epoch();
            }
            if (seenEpoch[process] != epoch) {
                seenEpoch[process] = epoch;
                grantedNs[process] = queue.sliceLeftNs(process);
                tookNs[process] = 0;
            }
            for (int p = 0; p < processes; p++) {
                if (waiting[p] > 0) {
                    checkWaiting(p);
                }
            }
            long took = random.nextInt(20) == 0 ? longestNs : random.nextLong(longestNs);
            context.nowNs += took;
            handlersNs += took;
            tookNs[process] += took;
            wait(process);
            for (int n = random.nextInt(arrivals); n > 0; n--) {
                activate(random.nextInt(jobs), 1);
            }
        }

        private void checkWaiting(int process) {
            if (epoch - sinceEpoch[process] > MOST_EPOCHS) {
                unfair("process " + process + " has waited since epoch " + sinceEpoch[process] + ", now " + epoch);
            }
            long mostNs = (MOST_EPOCHS + 1) * processes * (settings.quantumNs() + longestNs);
            if (handlersNs - sinceNs[process] > mostNs) {
                unfair("process " + process + " has waited for " + (handlersNs - sinceNs[process]) + " ns");
            }
        }

        /** The epoch has ended, and {@code next} was chosen in the new one. All who still wait have had their slice. */
        private void checkSlices(int next) {
            for (int p = 0; p < processes; p++) {
                if (waiting[p] > 0 && p != next && seenEpoch[p] == epoch && tookNs[p] < grantedNs[p]) {
                    unfair("process " + p + " got " + tookNs[p] + " ns of its slice of " + grantedNs[p]);
                }
            }
        }

        private void unfair(String what) {
            unfair = unfair == null ? what : unfair;
        }
    }
}
