package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunQueueTest {
    private static final long MS = 1_000_000;

    private final FakeContext context = new FakeContext();
    private RunQueue queue = new RunQueue(FakeContext.SETTINGS, 16);
    private WorkerScheduler scheduler;

    /** One event per process, in the slot of the process, with this priority. */
    private void processes(int... priorities) {
        scheduler = new WorkerScheduler(context, () -> FakeContext.SETTINGS, queue);
        for (int p = 0; p < priorities.length; p++) {
            scheduler.addProcess(p);
            scheduler.addJob(p, p, JobKind.REACTIVE, priorities[p], EventClass.NEVER);
        }
    }

    @Test
    void shouldRunTheGreatestWeightFirst() {
        processes(1, 5, 3);
        scheduler.activate(0, 4);
        scheduler.activate(1, 1);
        scheduler.activate(2, 1);
        scheduler.doWork();
        assertEquals(List.of(1, 0, 0, 2, 0, 0), context.handled);
    }

    @Test
    void shouldPreemptBetweenHandlersAndKeepTheRestOfTheSlice() {
        processes(2, 9);
        context.handler = (job, x) -> {
            context.nowNs += 1000;
            if (context.handled.size() == 2) {
                scheduler.activate(1, 1);
            }
        };
        scheduler.activate(0, 4);
        scheduler.doWork();
        assertEquals(List.of(0, 0, 1, 0, 0), context.handled);
        assertEquals(20 * MS - 4000, queue.sliceLeftNs(0));
        assertEquals(0, queue.epoch());
    }

    @Test
    void shouldWeighAnActivationWithThePriorityOfItsTime() {
        processes(10, 1);
        scheduler.activate(0, 2);
        scheduler.priority(0, 1);
        assertEquals(20, queue.srtPriority(0));
        scheduler.activate(0, 2);
        assertEquals(22, queue.srtPriority(0));
        scheduler.doWork();
        assertEquals(0, queue.srtPriority(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 100})
    void shouldLetNobodyStarveInAnEpoch(int count) {
        Random random = new Random(count);
        processes(random.ints(count, 1, 1000).toArray());
        for (int p = 0; p < count; p++) {
            scheduler.activate(p, 1_000_000);
        }
        long[] epoch = {0};
        Set<Integer> ran = new HashSet<>();
        context.handler = (job, x) -> {
            if (queue.epoch() != epoch[0]) {
                assertEquals(count, ran.size(), "epoch " + epoch[0]);
                ran.clear();
                epoch[0] = queue.epoch();
            }
            ran.add(job);
            context.nowNs += random.nextInt(20) == 0 ? 60 * MS : random.nextLong(MS);
        };
        while (epoch[0] < 50) {
            scheduler.doWork();
        }
        assertEquals(0, figures().orderViolations);
    }

    @Test
    void shouldPayAnOverrunBackFromLaterSlices() {
        processes(1, 1);
        scheduler.activate(0, 1000);
        scheduler.activate(1, 100_000);
        long[] ranNs = new long[2];
        context.handler = (job, x) -> {
            long tookNs = job == 0 ? 30 * MS : MS / 2;
            context.nowNs += tookNs;
            ranNs[job] += tookNs;
        };
        while (queue.epoch() < 20) {
            scheduler.doWork();
        }
        assertEquals(20, ranNs[0] / (30.0 * MS), 1);
        assertEquals(20 * 20, ranNs[1] / (double) MS, 20);
        assertTrue(queue.sliceLeftNs(0) < 0);
        assertEquals(ranNs[0] / (30 * MS), figures().overruns);
        assertTrue(context.overruns.contains("0 30000000 20000000"));
    }

    @Test
    void shouldForgiveADebtBeyondItsBound() {
        processes(1, 1);
        scheduler.activate(0, 10);
        scheduler.activate(1, 10_000);
        context.handler = (job, x) -> context.nowNs += job == 0 ? 3_600_000L * MS : MS;
        while (queue.epoch() < 5) {
            scheduler.doWork();
        }
        context.handler = (job, x) -> context.nowNs += MS;
        long until = queue.epoch() + 60;
        scheduler.activate(0, 10_000);
        while (queue.epoch() < until) {
            scheduler.doWork();
        }
        assertTrue(queue.sliceLeftNs(0) > -2 * MS, "left " + queue.sliceLeftNs(0));
    }

    @Test
    void shouldLowerTheBaseAndTheSlicesWithTheLoad() {
        processes(1);
        context.handler = (job, x) -> context.nowNs += 4_000;
        scheduler.activate(0, 1_000_000);
        while (scheduler.pending(0) > 0) {
            scheduler.doWork();
        }
        long perSecond = figures().loadPerSecond;
        assertEquals(250_000, (double) perSecond, 2500);
        assertEquals(0, queue.srtBase());
        context.nowNs += 10_000 * MS;
        assertEquals(0, figures().loadPerSecond);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldConserveOrderOnRandomTraces(long seed) {
        assertEquals(0, violations(seed));
    }

    /** The invariant must be able to fail. */
    @Test
    void shouldTripTheInvariantWhenTheChoiceIsBroken() {
        queue = new RunQueue(FakeContext.SETTINGS, 16) {
            @Override
            int heaviest() {
                int lightest = IntLists.NONE;
                for (int i = 0; i < runnableCount(); i++) {
                    int process = runnableAt(i);
                    if (hasSlice(process) && (lightest < 0 || srtPriority(process) < srtPriority(lightest))) {
                        lightest = process;
                    }
                }
                return lightest;
            }
        };
        assertTrue(violations(1) > 100);
    }

    @Test
    void shouldTripTheInvariantWhenSlicesAreIgnored() {
        queue = new RunQueue(FakeContext.SETTINGS, 16) {
            @Override
            int heaviest() {
                int best = runnableAt(0);
                for (int i = 0; i < runnableCount(); i++) {
                    best = srtPriority(runnableAt(i)) > srtPriority(best) ? runnableAt(i) : best;
                }
                return best;
            }
        };
        assertTrue(violations(1) > 100);
    }

    private long violations(long seed) {
        Random random = new Random(seed);
        int count = 12;
        processes(random.ints(count, 1, 50).toArray());
        context.handler = (job, x) -> {
            context.nowNs += random.nextLong(3 * MS);
            if (random.nextInt(3) == 0) {
                scheduler.activate(random.nextInt(count), 1 + random.nextInt(5));
            }
            if (random.nextInt(10) == 0) {
                scheduler.takePending(random.nextInt(count));
            }
        };
        for (int i = 0; i < 3000; i++) {
            scheduler.activate(random.nextInt(count), 1 + random.nextInt(10));
            scheduler.doWork();
        }
        return figures().orderViolations;
    }

    private WorkerDTO figures() {
        WorkerDTO dto = new WorkerDTO();
        scheduler.describe(dto);
        return dto;
    }
}
