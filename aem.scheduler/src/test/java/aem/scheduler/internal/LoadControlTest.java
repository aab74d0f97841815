package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadControlTest {
    private static final long MS = 1_000_000;
    private static final ShedSettings SETTINGS = new ShedSettings(5 * MS, 100 * MS, 100_000, 95);

    private final RunQueue queue = new RunQueue(FakeContext.SETTINGS, 8);
    private long nowNs;
    private final LoadControl control = new LoadControl(queue, SETTINGS, nowNs);

    @BeforeEach
    void addProcesses() {
        for (int process = 0; process < 3; process++) {
            queue.add(process);
        }
    }

    /** One interval in which these delays were seen in process 0. */
    private int interval(long... delaysNs) {
        for (long delayNs : delaysNs) {
            control.ran(0, delayNs);
        }
        return judge(0, 0);
    }

    private int judge(long waiting, int memoryPercent) {
        nowNs += SETTINGS.intervalNs();
        assertTrue(control.isDue(nowNs));
        control.judge(nowNs, waiting, memoryPercent);
        assertFalse(control.isDue(nowNs));
        return control.level();
    }

    @Test
    void shouldRiseWithAStandingDelayOnly() {
        assertEquals(0, interval(100 * MS, MS, 100 * MS), "a burst that was worked off");
        assertEquals(MS, control.delayNs());
        for (int level = 1; level <= LoadControl.MAX_LEVEL; level++) {
            assertEquals(level, interval(6 * MS, 20 * MS));
        }
        assertEquals(LoadControl.MAX_LEVEL, interval(6 * MS));
    }

    @Test
    void shouldFallLaterThanItRises() {
        interval(6 * MS);
        interval(6 * MS);
        assertEquals(2, interval(4 * MS), "between calm and overload it stays");
        assertEquals(2, interval(MS));
        assertEquals(2, interval(4 * MS), "not two in a row");
        assertEquals(2, interval(MS));
        assertEquals(1, interval(MS));
        assertEquals(1, interval(MS));
        assertEquals(0, interval());
    }

    @Test
    void shouldForgetWhileTheWorkerSleeps() {
        interval(6 * MS);
        interval(6 * MS);
        nowNs += 10 * SETTINGS.intervalNs();
        control.judge(nowNs, 0, 0);
        assertEquals(0, control.level());
    }

    @Test
    void shouldSeeTheProcessWithTheStandingQueueBesidesOneThatIsServedAtOnce() {
        control.ran(1, 0);
        control.ran(2, 50 * MS);
        control.ran(1, 0);
        assertEquals(1, judge(0, 0));
        assertEquals(50 * MS, control.delayNs());
    }

    @Test
    void shouldCountBacklogAndMemoryAsOverload() {
        assertEquals(1, judge(SETTINGS.backlog() + 1L, 0));
        assertEquals(2, judge(0, SETTINGS.memoryPercent()));
        assertEquals(2, judge(0, SETTINGS.memoryPercent() - 1), "no overload, not calm either");
    }

    @Test
    void shouldRefuseByClassAndThenByWeight() {
        weigh(0, 10);
        weigh(1, 30);
        assertFalse(control.refuses(EventClass.REJECTABLE, 0, 1));
        interval(6 * MS);
        assertRefused("0", "");
        interval(6 * MS);
        assertRefused("01", "");
        interval(6 * MS);
        assertRefused("01", "0");
        interval(6 * MS);
        assertRefused("01", "01");
        assertEquals(7, control.rejectable());
        assertEquals(3, control.lastResort());
    }

    private void weigh(int process, int priority) {
        queue.runnable(process);
        queue.came(process, priority, 1, true);
    }

    /** The processes, out of 0 and 1, whose activations are refused. */
    private void assertRefused(String rejectable, String lastResort) {
        assertEquals(rejectable, refused(EventClass.REJECTABLE));
        assertEquals(lastResort, refused(EventClass.LAST_RESORT));
        assertEquals("", refused(EventClass.NEVER));
    }

    private String refused(EventClass eventClass) {
        String refused = "";
        for (int process = 0; process < 2; process++) {
            refused += control.refuses(eventClass, process, 1) ? process : "";
        }
        return refused;
    }

    @Test
    void shouldShedNothingIfSetSo() {
        control.settings(new ShedSettings(0, SETTINGS.intervalNs(), 1, 1));
        for (int i = 0; i < 10; i++) {
            control.ran(0, 1_000 * MS);
            assertEquals(0, judge(1000, 100));
        }
    }

    @Test
    void shouldGoOnWithTheLevelOfItsPredecessor() {
        interval(6 * MS);
        interval(6 * MS);
        assertTrue(control.refuses(EventClass.REJECTABLE, 0, 5));
        LoadControl next = new LoadControl(queue, SETTINGS, control.save());
        assertEquals(2, next.level());
        assertEquals(5, next.rejectable());
        assertFalse(next.isDue(nowNs));
    }

    /** A worker that gets twice what it can do sheds REJECTABLE events, and never the others; afterwards it takes all again. */
    @Test
    void shouldShedInTheDutyCycleWhatIsTooMuch() {
        FakeContext context = new FakeContext();
        WorkerScheduler scheduler = new WorkerScheduler(context, () -> FakeContext.SETTINGS);
        scheduler.addProcess(0);
        scheduler.addProcess(1);
        scheduler.addJob(0, 0, JobKind.REACTIVE, 1, EventClass.REJECTABLE);
        scheduler.addJob(1, 1, JobKind.REACTIVE, 1, EventClass.NEVER);
        context.handler = (job, ready) -> context.nowNs += MS;
        Random random = new Random(1);
        int[] offered = new int[2];
        int[] taken = new int[2];
        for (int ms = 0; ms < 3_000; ms++) {
            int job = random.nextInt(2);
            int count = 1 + random.nextInt(3);
            offered[job] += count;
            taken[job] += scheduler.activate(job, count) ? count : 0;
            scheduler.doWork();
        }
        WorkerDTO dto = new WorkerDTO();
        scheduler.describe(dto);
        assertEquals(offered[1], taken[1]);
        assertTrue(taken[0] < offered[0], taken[0] + " of " + offered[0]);
        assertEquals(offered[0] - taken[0], dto.shedRejectable);
        assertEquals(0, dto.shedLastResort);
        assertEquals(taken[0] + taken[1], context.handled.size() + scheduler.countPending());
        while (scheduler.countPending() > 0) {
            scheduler.doWork();
        }
        for (int i = 0; i < 2; i++) { // the interval with the last delays, and one without any
            context.nowNs += 1_000 * MS;
            scheduler.doWork();
        }
        assertTrue(scheduler.activate(0, 1));
    }
}
