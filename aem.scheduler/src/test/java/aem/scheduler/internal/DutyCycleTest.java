package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.job.Missed;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DutyCycleTest {
    private static final long MS = 1_000_000;

    private final FakeContext context = new FakeContext();
    private final AtomicReference<Settings> settings = new AtomicReference<>(FakeContext.SETTINGS);
    private WorkerScheduler scheduler;

    @BeforeEach
    void setUp() {
        scheduler = new WorkerScheduler(context, settings::get);
        scheduler.addProcess(0);
        scheduler.addJob(0, 0, JobKind.REACTIVE, 1, EventClass.NEVER);
        scheduler.addJob(1, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
        context.body = (job, ready) -> scheduler.activate(job, 1);
    }

    @Test
    void shouldPollThenRunJobsThenHandlersThenDrain() {
        scheduler.schedule(1, MS, 0, Missed.FIRE_ALL);
        context.nowNs += MS;
        context.polled.add(() -> assertTrue(scheduler.wake(0, 5)));
        context.inbox.add(() -> context.log.add("drained"));
        assertEquals(6, scheduler.doWork());
        assertEquals(
                List.of("poll", "job 0 x5", "job 1 x1", "handler 0", "handler 1", "inbox", "drained"), context.log);
    }

    @Test
    void shouldReadTheClockThreeTimesForOneEvent() {
        context.body = (job, ready) -> {
            context.nowNs += 10;
            scheduler.activate(job, 1);
        };
        context.polled.add(() -> scheduler.wake(0, 1));
        context.clockReadings = 0;
        assertEquals(2, scheduler.doWork());
        assertEquals(3, context.clockReadings);
    }

    @Test
    void shouldReadTheClockOnceInACycleWithoutWork() {
        context.clockReadings = 0;
        assertEquals(0, scheduler.doWork());
        assertEquals(1, context.clockReadings);
    }

    @Test
    void shouldSleepWithoutLimitIfNothingAges() {
        scheduler.doWork();
        assertEquals(-1, context.idleTimeoutNs);
    }

    @Test
    void shouldSleepUntilTheNextDeadlineAtMost() {
        scheduler.schedule(1, 10 * MS, 0, Missed.FIRE_ALL);
        int cycles = 0;
        for (; scheduler.state(1) == JobState.AGEING; cycles++) {
            context.idleTimeoutNs = 0;
            scheduler.doWork();
            assertTrue(context.idleTimeoutNs >= 0 && context.idleTimeoutNs <= 11 * MS);
            context.nowNs += context.idleTimeoutNs;
        }
        assertTrue(cycles <= 3, "cycles " + cycles);
    }

    @Test
    void shouldNotSleepOverAnActivationFromBetweenTwoCycles() {
        scheduler.activate(0, 1);
        assertEquals(1, scheduler.doWork());
        assertFalse(context.log.contains("idle"));
    }

    @Test
    void shouldTakeWhatIdlingReportedAsTheNextPoll() {
        context.whileIdle = () -> scheduler.wake(0, 1);
        assertEquals(1, scheduler.doWork());
        assertEquals(1, scheduler.doWork());
        assertEquals(List.of("poll", "inbox", "idle", "job 0 x1", "handler 0", "inbox"), without("idle again"));
    }

    @Test
    void shouldGoStraightToIdleWhenOnlyThePollerBroughtWork() {
        context.whileIdle = () -> scheduler.wake(0, 1);
        scheduler.doWork();
        int polls = context.polls;
        scheduler.doWork();
        scheduler.doWork();
        assertEquals(polls, context.polls);
    }

    @Test
    void shouldPollInEverySecondCycleAtLeastUnderAFloodOfSubmissionsOrTimers() {
        for (int i = 0; i < 100; i++) {
            context.inbox.add(() -> {});
            int polls = context.polls;
            scheduler.doWork();
            context.inbox.add(() -> {});
            scheduler.doWork();
            assertTrue(context.polls > polls, "cycle " + i);
        }
    }

    private List<String> without(String word) {
        return context.log.stream().filter(line -> !line.equals(word)).toList();
    }

    @Test
    void shouldBoundHandlersByCountAndTime() {
        settings.set(settings(3, 2 * MS, 0));
        scheduler.activate(0, 10);
        scheduler.doWork();
        assertEquals(3, context.handled.size());
        context.handler = (job, x) -> context.nowNs += 2 * MS;
        scheduler.doWork();
        assertEquals(4, context.handled.size());
    }

    @Test
    void shouldBoundExpiriesAndJobs() {
        for (int job = 10; job < 1000; job++) {
            scheduler.addJob(job, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
            scheduler.schedule(job, MS, 0, Missed.FIRE_ALL);
        }
        context.body = (job, ready) -> {};
        context.nowNs += 10 * MS;
        scheduler.doWork();
        assertEquals(
                256, context.log.stream().filter(line -> line.startsWith("job")).count());
        for (int i = 0; i < 4; i++) {
            scheduler.doWork();
        }
        assertEquals(
                990, context.log.stream().filter(line -> line.startsWith("job")).count());
        assertEquals(0, scheduler.doWork());
    }

    @Test
    void shouldReportJobsThatRunOverTheirBound() {
        context.body = (job, ready) -> context.nowNs += 6 * MS;
        context.polled.add(() -> scheduler.wake(0, 1));
        scheduler.schedule(1, 0, 0, Missed.FIRE_ALL);
        scheduler.doWork();
        context.inbox.add(() -> scheduler.wake(0, 1));
        scheduler.doWork();
        context.nowNs += 50 * MS;
        assertTrue(scheduler.wake(0, 1));
        context.whileIdle = () -> {
            context.nowNs += 1000 * MS;
            scheduler.wake(0, 1);
        };
        scheduler.doWork();
        String said = " 6000000 5000000";
        assertEquals(List.of("0" + said, "1" + said, "0" + said, "0" + said, "0" + said), context.overruns);
    }

    @Test
    void shouldNotBlameAJobForTheHandlerThatWokeIt() {
        context.handler = (job, x) -> {
            context.nowNs += 10 * MS;
            assertTrue(scheduler.wake(0, 1));
            context.nowNs += 15 * MS;
        };
        context.body = (job, ready) -> {};
        scheduler.activate(1, 1);
        scheduler.doWork();
        assertEquals(List.of("1 25000000 20000000"), context.overruns);
    }

    @Test
    void shouldSpinAtMostAsLongAsSetThenBlock() {
        settings.set(settings(256, 2 * MS, 100_000));
        scheduler.activate(0, 1);
        scheduler.doWork();
        int cycles = 0;
        for (; !context.log.contains("idle"); cycles++) {
            context.nowNs += 10_000;
            scheduler.doWork();
        }
        assertEquals(11, cycles); // the first one begins
    }

    @Test
    void shouldTakeSettingsOverAtTheNextCycle() {
        settings.set(settings(1, 2 * MS, 0));
        scheduler.activate(0, 3);
        assertEquals(1, scheduler.doWork());
        settings.set(FakeContext.SETTINGS);
        assertEquals(2, scheduler.doWork());
    }

    @Test
    void shouldAddItsFiguresToTheWorkers() {
        scheduler.doWork();
        scheduler.schedule(1, 0, 10 * MS, Missed.FIRE_ALL);
        scheduler.doWork();
        scheduler.activate(0, 4);
        WorkerDTO dto = new WorkerDTO();
        dto.pending = 1;
        scheduler.describe(dto);
        assertEquals(2, dto.cycles);
        assertEquals(1, dto.idleCycles);
        assertEquals(1, dto.ageing);
        assertEquals(1, dto.expiries);
        assertEquals(5, dto.pending);
        assertEquals(0, dto.illegalTransitions);
    }

    @Test
    void shouldRefuseSlotsInUseAndUnknownProcesses() {
        assertThrows(IllegalArgumentException.class, () -> scheduler.addProcess(0));
        assertThrows(
                IllegalArgumentException.class, () -> scheduler.addJob(0, 0, JobKind.REACTIVE, 1, EventClass.NEVER));
        assertThrows(
                IllegalArgumentException.class, () -> scheduler.addJob(5, 9, JobKind.REACTIVE, 1, EventClass.NEVER));
        assertThrows(
                IllegalArgumentException.class, () -> scheduler.addJob(5, 0, JobKind.REACTIVE, 0, EventClass.NEVER));
        scheduler.activate(0, 1);
        assertThrows(IllegalArgumentException.class, () -> scheduler.removeProcess(0));
    }

    private static Settings settings(int handlers, long handlersNs, long spinNs) {
        return new Settings(
                MS,
                4096,
                256,
                handlers,
                handlersNs,
                256,
                100,
                1000,
                1,
                20 * MS,
                5 * MS,
                new SpinSettings(spinNs, 100),
                ShedSettings.DEFAULT,
                SrtPriority.SUM);
    }
}
