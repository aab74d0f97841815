package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.job.Missed;
import aem.api.part.PartState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandoverTest {
    private static final long MS = 1_000_000;

    private final FakeContext context = new FakeContext();

    @Test
    void shouldGoOnWithActivationsTimersAndFiguresOfThePredecessor() {
        WorkerScheduler old = new WorkerScheduler(context, () -> FakeContext.SETTINGS);
        old.addProcess(0);
        old.addProcess(40);
        old.addJob(0, 0, JobKind.REACTIVE, 2, EventClass.NEVER);
        old.addJob(300, 40, JobKind.PERIODIC, 3, EventClass.NEVER);
        old.addJob(301, 40, JobKind.PERIODIC, 3, EventClass.NEVER);
        old.addJob(302, 40, JobKind.PERIODIC, 3, EventClass.NEVER);
        old.schedule(300, 10 * MS, 10 * MS, Missed.FIRE_ALL);
        old.schedule(301, 0, 0, Missed.FIRE_ALL);
        old.schedule(302, 5 * MS, 0, Missed.FIRE_ALL);
        old.suspend(302);
        old.activate(0, 3);
        old.activate(300, 2);
        old.suspend(0);
        old.removeJob(299);

        context.nowNs += 25 * MS;
        WorkerScheduler next = new WorkerScheduler(context, () -> FakeContext.SETTINGS, old.suspend());

        assertEquals(5, next.countPending());
        assertEquals(JobState.SUSPENDED, next.state(0));
        assertEquals(-15 * MS, next.ageNs(300));
        assertEquals(10 * MS, next.periodNs(300));
        next.resume(302);
        next.doWork();
        assertEquals(
                List.of("job 301 x1", "job 302 x1", "job 300 x2"),
                context.log.stream().filter(line -> line.startsWith("job")).toList());
        assertEquals(
                List.of(0, 0, 0, 300, 300), context.handled.stream().sorted().toList());
        WorkerDTO dto = new WorkerDTO();
        next.describe(dto);
        assertEquals(1, dto.illegalTransitions);
        assertEquals(4, dto.expiries);
    }

    @Test
    void shouldHandArraysOverByReference() {
        WorkerScheduler old = new WorkerScheduler(context, () -> FakeContext.SETTINGS);
        old.addProcess(0);
        for (int job = 0; job < 10_000; job++) {
            old.addJob(job, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
            old.schedule(job, job * MS, 0, Missed.FIRE_ALL);
        }
        PartState first = old.suspend();
        PartState second = new WorkerScheduler(context, () -> FakeContext.SETTINGS, first).suspend();
        for (Map.Entry<String, Object> entry : first.values().entrySet()) {
            Object value = entry.getValue();
            if (value.getClass().isArray() && java.lang.reflect.Array.getLength(value) > 100) {
                assertSame(value, second.values().get(entry.getKey()), entry.getKey());
            }
        }
        assertEquals("scheduler", second.part());
        assertEquals(2, second.version());
    }

    @Test
    void shouldRefuseOtherVersionsAndParts() {
        Exception e = assertThrows(
                IllegalArgumentException.class,
                () -> new WorkerScheduler(
                        context, () -> FakeContext.SETTINGS, new PartState("scheduler", 1, Map.of())));
        assertTrue(e.getMessage().contains("version 1"), e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> new WorkerScheduler(context, () -> FakeContext.SETTINGS, new PartState("memory", 2, Map.of())));
        assertThrows(
                IllegalArgumentException.class,
                () -> new WorkerScheduler(
                        context, () -> FakeContext.SETTINGS, new PartState("scheduler", 2, Map.of())));
    }

    /** What has no place yet can be run, stopped, suspended and started anew all the same. */
    @Test
    void shouldFillAWheelOfItsOwnInBoundedSteps() {
        int count = 20_000;
        WorkerScheduler old = new WorkerScheduler(context, () -> FakeContext.SETTINGS);
        old.addProcess(0);
        for (int job = 0; job < count; job++) {
            old.addJob(job, 0, JobKind.PERIODIC, 1, EventClass.NEVER);
            old.schedule(job, job < 10 ? -1 : 10 * MS, 0, Missed.FIRE_ALL);
        }
        assertEquals(JobState.READY, old.state(9));
        WorkerScheduler next = new WorkerScheduler(context, () -> FakeContext.SETTINGS, factsOf(old.suspend()));
        next.doWork();
        int last = count - 1;
        next.unschedule(last);
        assertEquals(JobState.IDLE, next.state(last));
        next.removeJob(last - 1);
        next.suspend(last - 2);
        next.schedule(last - 3, MS, 0, Missed.FIRE_ALL);
        // handed over again before it is done, as facts again
        PartState half = next.suspend();
        assertTrue(half.values().keySet().stream().noneMatch(key -> key.startsWith("wheel.")));
        WorkerScheduler third = new WorkerScheduler(context, () -> FakeContext.SETTINGS, half);
        third.resume(last - 2);
        for (int cycle = 0; cycle < 6; cycle++) {
            third.doWork();
        }
        WorkerDTO dto = new WorkerDTO();
        third.describe(dto);
        assertEquals(count - 10 - 2, dto.ageing);
        assertEquals(10, ran());
        context.nowNs += 12 * MS;
        for (int cycle = 0; cycle < count / 256 + 2; cycle++) {
            third.doWork();
        }
        assertEquals(count - 2, ran());
        assertEquals(-1, context.idleTimeoutNs);
        dto = new WorkerDTO();
        third.describe(dto);
        assertEquals(0, dto.illegalTransitions);
    }

    private long ran() {
        return context.log.stream().filter(line -> line.startsWith("job")).count();
    }

    /** What a scheduler hands over that has neither wheel nor order. */
    static PartState factsOf(PartState state) {
        Map<String, Object> facts = new LinkedHashMap<>(state.values());
        facts.keySet().removeIf(key -> key.startsWith("wheel.") || key.startsWith("order."));
        return new PartState(state.part(), state.version(), facts);
    }
}
