package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.job.Missed;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReentrancyTest {
    private final FakeContext context = new FakeContext();
    private WorkerScheduler scheduler;

    @BeforeEach
    void setUp() {
        scheduler = new WorkerScheduler(context, () -> FakeContext.SETTINGS);
        scheduler.addProcess(0);
        scheduler.addProcess(1);
        for (int job = 0; job < 4; job++) {
            scheduler.addJob(job, 0, JobKind.REACTIVE, 1, EventClass.NEVER);
        }
    }

    @Test
    void shouldNotEnterARunningJobAgain() {
        context.body = (job, ready) -> assertFalse(scheduler.wake(job, 2));
        assertTrue(scheduler.wake(0, 1));
        assertEquals(JobState.WAITING, scheduler.state(0));
        assertEquals(1, context.log.size());
    }

    @Test
    void shouldNotEnterAJobAgainThatItsBodySuspendedAndResumed() {
        context.body = (job, ready) -> {
            scheduler.suspend(job);
            scheduler.resume(job);
            assertEquals(JobState.WAITING, scheduler.state(job));
            assertFalse(scheduler.wake(job, 2));
        };
        assertTrue(scheduler.wake(0, 1));
        assertTrue(scheduler.wake(0, 1));
    }

    @Test
    void shouldRunAnotherJobFromWithinABody() {
        context.body = (job, ready) -> {
            if (job < 3) {
                assertTrue(scheduler.wake(job + 1, ready));
            } else {
                assertFalse(scheduler.wake(0, ready));
            }
        };
        assertTrue(scheduler.wake(0, 1));
        assertEquals(4, context.log.size());
        for (int job = 0; job < 4; job++) {
            assertEquals(JobState.WAITING, scheduler.state(job));
        }
    }

    @Test
    void shouldNotTouchANewJobInTheSlotOfOneThatRemovedItself() {
        context.body = (job, ready) -> {
            scheduler.removeJob(job);
            scheduler.addJob(job, 1, JobKind.PERIODIC, 1, EventClass.NEVER);
            scheduler.schedule(job, 50_000_000, 0, Missed.FIRE_ALL);
        };
        scheduler.wake(0, 1);
        assertEquals(JobState.AGEING, scheduler.state(0));
        scheduler.addJob(9, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
        scheduler.schedule(9, 0, 1, Missed.FIRE_ALL);
        scheduler.doWork();
        assertEquals(JobState.AGEING, scheduler.state(9));
        assertEquals(50_000_000, scheduler.ageNs(9));
    }

    @Test
    void shouldSuspendARunningReactiveJobAtOnce() {
        context.body = (job, ready) -> scheduler.suspend(job);
        assertTrue(scheduler.wake(0, 1));
        assertEquals(JobState.SUSPENDED, scheduler.state(0));
        assertFalse(scheduler.wake(0, 1));
    }

    @Test
    void shouldKeepArrivalOrderWhenHandlersActivateTheirOwnAndOthers() {
        context.handler = (job, x) -> {
            if (context.handled.size() == 1) {
                scheduler.activate(0, 1);
                scheduler.activate(3, 1);
                scheduler.activate(1, 1);
            }
        };
        scheduler.activate(0, 2);
        scheduler.activate(1, 1);
        scheduler.activate(2, 1);
        scheduler.doWork();
        assertEquals(List.of(0, 1, 2, 0, 3, 1, 0), context.handled);
    }

    @Test
    void shouldGiveThePendingOfTheRunningEventWithoutTheOneThatRuns() {
        context.handler = (job, x) -> {
            assertEquals(4, scheduler.pending(0));
            assertEquals(4, scheduler.countPending());
            assertEquals(4, scheduler.takePending(0));
            assertEquals(0, scheduler.countPending());
        };
        scheduler.activate(0, 5);
        scheduler.doWork();
        assertEquals(1, context.handled.size());
    }

    @Test
    void shouldRemoveEveryJobAndTheProcessFromWithinItsHandler() {
        context.handler = (job, x) -> {
            int dropped = 0;
            for (int other = 0; other < 4; other++) {
                dropped += scheduler.removeJob(other);
            }
            assertEquals(6, dropped);
            scheduler.removeProcess(0);
            scheduler.addProcess(0);
            scheduler.addJob(2, 0, JobKind.REACTIVE, 1, EventClass.NEVER);
            scheduler.activate(2, 1);
            context.nowNs += 30_000_000;
            context.handler = (j, y) -> assertEquals(2, j);
        };
        scheduler.activate(0, 3);
        scheduler.activate(1, 4);
        scheduler.doWork();
        scheduler.doWork();
        assertEquals(List.of(0, 2), context.handled);
        assertEquals(0, scheduler.countPending());
    }

    @Test
    void shouldRemoveOtherReadyJobsFromWithinABody() {
        for (int job = 10; job < 20; job++) {
            scheduler.addJob(job, 1, JobKind.PERIODIC, 1, EventClass.NEVER);
            scheduler.schedule(job, 0, 0, Missed.FIRE_ALL);
        }
        context.body = (job, ready) -> {
            for (int other = 11; other < 20; other++) {
                scheduler.removeJob(other);
            }
        };
        scheduler.doWork();
        assertEquals(List.of("poll", "job 10 x1", "inbox"), context.log);
    }

    @Test
    void shouldRecoverWhenABodyThrowsAgainstTheContract() {
        context.body = (job, ready) -> {
            throw new IllegalStateException("broken core");
        };
        try {
            scheduler.wake(0, 1);
        } catch (IllegalStateException e) {
            assertEquals("broken core", e.getMessage());
        }
        assertEquals(JobState.WAITING, scheduler.state(0));
    }
}
