package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.Priority;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.part.PartState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** srt_priority of each process is exact, sum or max, whatever comes, goes, and is changed while it waits. */
class SrtPriorityTest {
    private static final int JOBS = 40;
    private static final int PROCESSES = 6;
    private static final int CYCLES = 4000;
    private static final long MS = 1_000_000;
    /** So tight that activations are refused now and then. */
    private static final ShedSettings SHED = new ShedSettings(MS, MS, 20, 95);

    private final FakeContext context = new FakeContext();
    /** By job: the priority of each waiting activation, at the time it came. */
    private final List<Deque<Integer>> waiting = new ArrayList<>();

    private final int[] processOf = new int[JOBS];
    private final int[] priorityOf = new int[JOBS];
    private Settings settings = FakeContext.with(SrtPriority.SUM, SHED);
    private WorkerScheduler scheduler;
    private Random random;
    private int refused;
    private int switches;
    private long epoch;
    private SrtPriority made = SrtPriority.SUM;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldBeThatOfTheActivationsThatWait(long seed) {
        random = new Random(seed);
        scheduler = new WorkerScheduler(context, () -> settings);
        for (int process = 0; process < PROCESSES; process++) {
            scheduler.addProcess(process);
        }
        for (int job = 0; job < JOBS; job++) {
            waiting.add(new ArrayDeque<>());
            add(job);
        }
        context.handler = (job, x) -> {
            waiting.get(job).remove();
            context.nowNs += random.nextLong(MS);
            operation();
        };
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            for (int n = random.nextInt(6); n > 0; n--) {
                operation();
            }
            if (random.nextInt(50) == 0) {
                settings = FakeContext.with(SrtPriority.values()[random.nextInt(2)], SHED);
            }
            scheduler.doWork();
            check();
        }
        WorkerDTO dto = new WorkerDTO();
        scheduler.describe(dto);
        assertEquals(0, dto.orderViolations);
        assertEquals(0, dto.illegalTransitions);
        assertTrue(refused > 100, "refused " + refused);
        assertTrue(switches > 10, "switches " + switches);
    }

    /** Looks into what the scheduler hands over, and goes on with that. */
    private void check() {
        PartState state = scheduler.suspend();
        long[] srtPriority = state.get("order.srtPriority", long[].class);
        SrtPriority now = SrtPriority.values()[(int) state.get("order.figures", long[].class)[3]];
        long nowEpoch = state.get("process.figures", long[].class)[0];
        if (now != made) {
            assertTrue(nowEpoch > epoch, "switched within epoch " + epoch);
            switches++;
        }
        made = now;
        epoch = nowEpoch;
        long total = 0;
        for (int process = 0; process < PROCESSES; process++) {
            long expected = expected(process);
            assertEquals(expected, srtPriority[process], made + " of process " + process);
            total += expected;
        }
        assertEquals(total, state.get("order.figures", long[].class)[2]);
        scheduler = new WorkerScheduler(context, () -> settings, state);
    }

    private long expected(int process) {
        int[] priorities = java.util.stream.IntStream.range(0, JOBS)
                .filter(job -> processOf[job] == process)
                .flatMap(job -> waiting.get(job).stream().mapToInt(priority -> priority))
                .toArray();
        int[] activations = new int[priorities.length];
        java.util.Arrays.fill(activations, 1);
        return made == SrtPriority.SUM
                ? SoftRealTime.srtPriority(activations, priorities)
                : SoftRealTime.greatestPriority(activations, priorities);
    }

    private void operation() {
        int job = random.nextInt(JOBS);
        if (scheduler.state(job) == JobState.ENDED) {
            return;
        }
        switch (random.nextInt(12)) {
            case 0 -> assertEquals(take(job), scheduler.takePending(job));
            case 1 -> {
                int count = take(job);
                scheduler.takePending(job);
                scheduler.giveBack(job, count);
                came(job, count);
            }
            case 2 -> {
                if (random.nextInt(4) == 0) {
                    assertEquals(take(job), scheduler.removeJob(job));
                    context.inbox.add(() -> add(job)); // its slot is free when nothing of it is on the stack
                }
            }
            case 3, 4, 5, 6 -> {
                priorityOf[job] = priority();
                scheduler.priority(job, priorityOf[job]);
            }
            default -> {
                int count = 1 + random.nextInt(3);
                if (scheduler.activate(job, count)) {
                    came(job, count);
                } else {
                    refused++;
                }
            }
        }
    }

    private void add(int job) {
        if (scheduler.state(job) == JobState.ENDED) {
            processOf[job] = random.nextInt(PROCESSES);
            priorityOf[job] = priority();
            EventClass eventClass = EventClass.values()[random.nextInt(EventClass.values().length)];
            scheduler.addJob(job, processOf[job], JobKind.REACTIVE, priorityOf[job], eventClass);
        }
    }

    private void came(int job, int count) {
        for (int i = 0; i < count; i++) {
            waiting.get(job).add(priorityOf[job]);
        }
    }

    private int take(int job) {
        int count = waiting.get(job).size();
        waiting.get(job).clear();
        return count;
    }

    /** Few and many, and the ends of the range. */
    private int priority() {
        return switch (random.nextInt(4)) {
            case 0 -> Priority.MIN;
            case 1 -> Priority.MAX;
            case 2 -> Priority.values()[random.nextInt(3)].value();
            default -> Priority.MIN + random.nextInt(Priority.MAX);
        };
    }

    @Test
    void shouldLetALongQueueOfLowWinBySumAndOneHighByMax() {
        assertEquals(List.of(0, 0, 1), firstThree(SrtPriority.SUM));
        assertEquals(List.of(1, 0, 0), firstThree(SrtPriority.MAX));
    }

    private List<Integer> firstThree(SrtPriority srtPriority) {
        context.handled.clear();
        settings = FakeContext.with(srtPriority, ShedSettings.DEFAULT);
        scheduler = new WorkerScheduler(context, () -> settings);
        scheduler.addProcess(0);
        scheduler.addProcess(1);
        scheduler.addJob(0, 0, JobKind.REACTIVE, Priority.LOW.value(), EventClass.NEVER);
        scheduler.addJob(1, 1, JobKind.REACTIVE, Priority.HIGH.value(), EventClass.NEVER);
        scheduler.activate(0, Priority.HIGH.value() + 1);
        scheduler.activate(1, 1);
        scheduler.doWork();
        return context.handled.subList(0, 3);
    }

    @Test
    void shouldSayWhatTheSettingMayBe() {
        assertEquals(SrtPriority.MAX, SrtPriority.parse("Max"));
        Exception e = assertThrows(IllegalArgumentException.class, () -> SrtPriority.parse("mean"));
        assertEquals("aem.scheduler.srt.priority must be sum or max: mean", e.getMessage());
    }
}
