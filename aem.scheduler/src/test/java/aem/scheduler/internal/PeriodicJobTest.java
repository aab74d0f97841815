package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.job.Missed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeriodicJobTest {
    private static final long MS = 1_000_000;
    private static final int JOB = 3;

    private final FakeContext context = new FakeContext(-17);
    private final List<Integer> runs = new ArrayList<>();
    private WorkerScheduler scheduler;

    @BeforeEach
    void setUp() {
        scheduler = new WorkerScheduler(context, () -> FakeContext.SETTINGS);
        scheduler.addProcess(0);
        scheduler.addJob(JOB, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
        context.body = (job, ready) -> runs.add(ready);
    }

    private void pass(long ns) {
        context.nowNs += ns;
        scheduler.doWork();
    }

    @Test
    void shouldGoFromIdleThroughAgeingAndReadyToIdle() {
        assertEquals(JobState.IDLE, scheduler.state(JOB));
        assertEquals(Long.MAX_VALUE, scheduler.ageNs(JOB));
        scheduler.schedule(JOB, 5 * MS, 0, Missed.FIRE_ALL);
        assertEquals(JobState.AGEING, scheduler.state(JOB));
        assertEquals(5 * MS, scheduler.ageNs(JOB));
        context.body = (job, ready) -> assertEquals(JobState.RUNNING, scheduler.state(JOB));
        pass(5 * MS - 1);
        assertEquals(JobState.AGEING, scheduler.state(JOB));
        assertEquals(1, scheduler.ageNs(JOB));
        pass(MS);
        assertEquals(JobState.IDLE, scheduler.state(JOB));
        assertEquals(0, illegal());
    }

    @Test
    void shouldGiveUpItsExpiriesOnce() {
        scheduler.schedule(JOB, 5 * MS, 5 * MS, Missed.FIRE_ALL);
        assertEquals(0, scheduler.takeExpiries(JOB));
        context.nowNs += 17 * MS;
        assertEquals(3, scheduler.takeExpiries(JOB));
        assertEquals(0, scheduler.takeExpiries(JOB));
        assertEquals(JobState.AGEING, scheduler.state(JOB));
        assertEquals(3 * MS, scheduler.ageNs(JOB));
        pass(4 * MS);
        assertEquals(List.of(1), runs);
        assertEquals(0, illegal());
    }

    @Test
    void shouldGiveUpItsLastExpiryAndRest() {
        scheduler.schedule(JOB, 5 * MS, 0, Missed.FIRE_ONCE);
        context.nowNs += 17 * MS;
        assertEquals(1, scheduler.takeExpiries(JOB));
        assertEquals(JobState.IDLE, scheduler.state(JOB));
        assertEquals(Long.MAX_VALUE, scheduler.ageNs(JOB));
        pass(100 * MS);
        assertEquals(List.of(), runs);
        assertEquals(0, illegal());
    }

    @Test
    void shouldGiveUpItsExpiriesWhileItIsSuspended() {
        scheduler.schedule(JOB, 5 * MS, 5 * MS, Missed.FIRE_ALL);
        scheduler.suspend(JOB);
        context.nowNs += 11 * MS;
        assertEquals(2, scheduler.takeExpiries(JOB));
        assertEquals(JobState.SUSPENDED, scheduler.state(JOB));
        assertEquals(4 * MS, scheduler.ageNs(JOB));
        assertEquals(0, illegal());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void shouldRunInTheNextCycleWithoutDelay(long delayNs) {
        scheduler.schedule(JOB, delayNs, 0, Missed.FIRE_ALL);
        pass(0);
        assertEquals(List.of(1), runs);
        pass(100 * MS);
        assertEquals(1, runs.size());
    }

    @Test
    void shouldRestartWithoutDelayOncePerCycleFromItsOwnBody() {
        context.body = (job, ready) -> {
            runs.add(ready);
            context.nowNs += 10;
            scheduler.schedule(JOB, 0, 0, Missed.FIRE_ALL);
            assertEquals(JobState.RUNNING, scheduler.state(JOB));
        };
        scheduler.schedule(JOB, 0, 0, Missed.FIRE_ALL);
        for (int i = 1; i <= 5; i++) {
            scheduler.doWork();
            assertEquals(i, runs.size());
        }
        assertEquals(0, illegal());
    }

    @Test
    void shouldCountEveryMissedExpiryAndStayOnTheGrid() {
        scheduler.schedule(JOB, 10 * MS, 10 * MS, Missed.FIRE_ALL);
        pass(1_003 * MS);
        assertEquals(List.of(100), runs);
        assertEquals(7 * MS, scheduler.ageNs(JOB));
    }

    /** Nothing is lost, doubled or early, whatever the wheel's resolution is, and nothing was in the middle of. */
    @Test
    void shouldChangeTheTickLive() {
        long[] ticksNs = {MS, 10_000, 100 * MS, 7_777};
        Settings[] settings = {FakeContext.SETTINGS};
        Random random = new Random(4);
        WorkerScheduler live = new WorkerScheduler(context, () -> settings[0]);
        live.addProcess(0);
        int count = 10_000;
        long[] dueNs = new long[count];
        int[] ran = new int[count];
        context.body = (job, expiries) -> {
            assertTrue(context.nowNs >= dueNs[job], "early");
            ran[job] += expiries;
        };
        for (int job = 0; job < count; job++) {
            live.addJob(job, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
            long delayNs = random.nextLong(1000 * MS);
            dueNs[job] = context.nowNs + delayNs;
            live.schedule(job, delayNs, 0, Missed.FIRE_ALL);
        }
        long endNs = context.nowNs + 1101 * MS;
        for (int i = 1; context.nowNs < endNs; i++) {
            if (i % 50 == 0) {
                settings[0] = FakeContext.withTick(ticksNs[i / 50 % ticksNs.length]);
            }
            live.doWork();
            context.nowNs += random.nextLong(2 * MS);
        }
        for (int cycle = 0; cycle < 50; cycle++) {
            live.doWork();
        }
        assertTrue(java.util.Arrays.stream(ran).allMatch(times -> times == 1));
        assertEquals(-1, context.idleTimeoutNs);
        WorkerDTO dto = new WorkerDTO();
        live.describe(dto);
        assertEquals(0, dto.illegalTransitions);
    }

    @Test
    void shouldFireOnceForAllMissedAndStayOnTheGrid() {
        scheduler.schedule(JOB, 10 * MS, 10 * MS, Missed.FIRE_ONCE);
        pass(1_003 * MS);
        assertEquals(List.of(1), runs);
        assertEquals(7 * MS, scheduler.ageNs(JOB));
    }

    @Test
    void shouldCountExpiriesBeforeNowOfANegativeDelay() {
        scheduler.schedule(JOB, -25 * MS, 10 * MS, Missed.FIRE_ALL);
        pass(0);
        assertEquals(List.of(3), runs);
        assertEquals(5 * MS, scheduler.ageNs(JOB));
    }

    @Test
    void shouldSplitMoreExpiriesThanAnIntHolds() {
        scheduler.schedule(JOB, 0, 1, Missed.FIRE_ALL);
        pass(3L * Integer.MAX_VALUE);
        pass(0);
        pass(0);
        long sum = runs.stream().mapToLong(Integer::longValue).sum();
        pass(0);
        assertEquals(
                3L * Integer.MAX_VALUE + 1,
                runs.stream().mapToLong(Integer::longValue).sum());
        assertTrue(sum > 2L * Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 999, 333_333, 1_000_000, 7_654_321, 1_000_000_000, 123_456_789_012L})
    void shouldNeverBeEarlyNorLoseNorDoubleAnExpiry(long periodNs) {
        Random random = new Random(periodNs);
        long startNs = context.nowNs;
        long delayNs = periodNs / 3;
        scheduler.schedule(JOB, delayNs, periodNs, Missed.FIRE_ALL);
        long counted = 0;
        for (int i = 0; i < 3000; i++) {
            pass((long) (periodNs * random.nextDouble() * (random.nextInt(50) == 0 ? 1000 : 3)));
            counted = runs.stream().mapToLong(Integer::longValue).sum();
            long passed = Math.floorDiv(context.nowNs - startNs - delayNs, periodNs) + 1;
            assertTrue(counted <= passed, "early");
            long inTick = Math.max(1, MS / periodNs) + 1;
            assertTrue(counted >= passed - inTick, "lost " + (passed - counted));
        }
        pass(MS);
        counted = runs.stream().mapToLong(Integer::longValue).sum();
        assertTrue(counted >= Math.floorDiv(context.nowNs - MS - startNs - delayNs, periodNs) + 1);
    }

    @Test
    void shouldCountOldGridBeforeNewPeriod() {
        scheduler.schedule(JOB, 10 * MS, 10 * MS, Missed.FIRE_ALL);
        context.nowNs += 35 * MS;
        scheduler.period(JOB, 100 * MS);
        assertEquals(JobState.READY, scheduler.state(JOB));
        assertTrue(scheduler.ageNs(JOB) < 0);
        pass(0);
        assertEquals(List.of(3), runs);
        assertEquals(5 * MS, scheduler.ageNs(JOB));
        pass(106 * MS);
        assertEquals(List.of(3, 2), runs);
        assertEquals(100 * MS, scheduler.periodNs(JOB));
        assertEquals(0, illegal());
    }

    @Test
    void shouldEndIdleAfterTheNextExpiryWhenThePeriodIsSetToZero() {
        scheduler.schedule(JOB, 10 * MS, 10 * MS, Missed.FIRE_ALL);
        context.body = (job, ready) -> {
            runs.add(ready);
            scheduler.period(JOB, 0);
        };
        pass(10 * MS + MS);
        assertEquals(JobState.AGEING, scheduler.state(JOB));
        pass(10 * MS);
        assertEquals(JobState.IDLE, scheduler.state(JOB));
        pass(1000 * MS);
        assertEquals(2, runs.size());
    }

    @Test
    void shouldUnscheduleInEveryState() {
        scheduler.unschedule(JOB);
        scheduler.schedule(JOB, 10 * MS, 10 * MS, Missed.FIRE_ALL);
        scheduler.unschedule(JOB);
        assertEquals(JobState.IDLE, scheduler.state(JOB));
        scheduler.schedule(JOB, 0, 10 * MS, Missed.FIRE_ALL);
        assertEquals(JobState.READY, scheduler.state(JOB));
        scheduler.unschedule(JOB);
        scheduler.doWork();
        assertEquals(List.of(), runs);
        context.body = (job, ready) -> scheduler.unschedule(JOB);
        scheduler.schedule(JOB, 0, 10 * MS, Missed.FIRE_ALL);
        scheduler.doWork();
        assertEquals(JobState.IDLE, scheduler.state(JOB));
        scheduler.schedule(JOB, 0, 10 * MS, Missed.FIRE_ALL);
        scheduler.suspend(JOB);
        scheduler.unschedule(JOB);
        assertEquals(JobState.SUSPENDED, scheduler.state(JOB));
        scheduler.resume(JOB);
        assertEquals(JobState.IDLE, scheduler.state(JOB));
        assertEquals(0, illegal());
    }

    @Test
    void shouldKeepTheDeadlineRunningWhileSuspended() {
        scheduler.schedule(JOB, 10 * MS, 10 * MS, Missed.FIRE_ALL);
        scheduler.suspend(JOB);
        pass(45 * MS);
        assertEquals(List.of(), runs);
        assertEquals(-35 * MS, scheduler.ageNs(JOB));
        scheduler.resume(JOB);
        assertEquals(JobState.READY, scheduler.state(JOB));
        pass(0);
        assertEquals(List.of(4), runs);
        assertEquals(5 * MS, scheduler.ageNs(JOB));
        scheduler.suspend(JOB);
        scheduler.resume(JOB);
        assertEquals(JobState.AGEING, scheduler.state(JOB));
    }

    @Test
    void shouldSuspendAndResumeFromItsOwnBody() {
        context.body = (job, ready) -> {
            runs.add(ready);
            scheduler.suspend(JOB);
            assertEquals(JobState.SUSPENDED, scheduler.state(JOB));
            if (runs.size() == 1) {
                scheduler.resume(JOB);
            }
        };
        scheduler.schedule(JOB, 0, 10 * MS, Missed.FIRE_ALL);
        pass(0);
        assertEquals(JobState.AGEING, scheduler.state(JOB));
        pass(11 * MS);
        assertEquals(2, runs.size());
        assertEquals(JobState.SUSPENDED, scheduler.state(JOB));
        assertEquals(0, illegal());
    }

    @Test
    void shouldRemoveInEveryState() {
        for (int state = 0; state < 5; state++) {
            scheduler.addJob(7, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
            switch (state) {
                case 1 -> scheduler.schedule(7, MS, MS, Missed.FIRE_ALL);
                case 2 -> scheduler.schedule(7, 0, MS, Missed.FIRE_ALL);
                case 3 -> scheduler.suspend(7);
                case 4 -> {
                    context.body = (job, ready) -> {
                        scheduler.activate(7, 2);
                        assertEquals(2, scheduler.removeJob(7));
                        scheduler.schedule(7, 0, 0, Missed.FIRE_ALL);
                    };
                    scheduler.schedule(7, 0, MS, Missed.FIRE_ALL);
                    scheduler.doWork();
                }
                default -> {}
            }
            scheduler.removeJob(7);
            assertEquals(JobState.ENDED, scheduler.state(7));
            assertEquals(Long.MAX_VALUE, scheduler.ageNs(7));
            pass(10 * MS);
        }
        assertEquals(List.of(), runs);
        assertEquals(List.of(), context.handled);
    }

    @Test
    void shouldRefuseAndCountWhatAJobCannotDo() {
        scheduler.addJob(1, 0, JobKind.REACTIVE, 1, EventClass.NEVER);
        scheduler.schedule(1, 0, 0, Missed.FIRE_ALL);
        scheduler.resume(JOB);
        scheduler.suspend(JOB);
        scheduler.suspend(JOB);
        scheduler.activate(99, 1);
        assertEquals(4, illegal());
        assertFalse(scheduler.wake(JOB, 1));
        assertEquals(JobState.WAITING, scheduler.state(1));
    }

    @Test
    void shouldAcceptHugeDelaysAndPeriods() {
        scheduler.schedule(JOB, Long.MAX_VALUE, Long.MAX_VALUE, Missed.FIRE_ALL);
        pass(Long.MAX_VALUE / 4);
        assertEquals(List.of(), runs);
        pass(Long.MAX_VALUE / 4 + 2 * MS);
        assertEquals(List.of(1), runs);
        scheduler.schedule(JOB, Long.MAX_VALUE / 4, 0, Missed.FIRE_ALL);
        assertEquals(Long.MAX_VALUE / 4, scheduler.ageNs(JOB));
    }

    private long illegal() {
        WorkerDTO dto = new WorkerDTO();
        scheduler.describe(dto);
        return dto.illegalTransitions;
    }
}
