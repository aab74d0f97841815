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
        assertEquals(1, second.version());
    }

    @Test
    void shouldRefuseOtherVersionsAndParts() {
        Exception e = assertThrows(
                IllegalArgumentException.class,
                () -> new WorkerScheduler(
                        context, () -> FakeContext.SETTINGS, new PartState("scheduler", 2, Map.of())));
        assertTrue(e.getMessage().contains("version 2"), e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> new WorkerScheduler(context, () -> FakeContext.SETTINGS, new PartState("memory", 1, Map.of())));
        assertThrows(
                IllegalArgumentException.class,
                () -> new WorkerScheduler(
                        context, () -> FakeContext.SETTINGS, new PartState("scheduler", 1, Map.of())));
    }
}
