package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.job.Missed;
import aem.api.part.PartState;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random calls, between cycles and from within bodies and handlers, against a simple model: order of arrival per process,
 * the ledger, exact expiries; with and without exchanges of the scheduler in between.
 */
class ModelTest {
    private static final int JOBS = 150;
    private static final int PROCESSES = 20;
    private static final long MS = 1_000_000;

    private final FakeContext context = new FakeContext(Long.MAX_VALUE - 500 * MS);
    private final List<Map<Integer, Integer>> active = java.util.stream.Stream.<Map<Integer, Integer>>generate(
                    LinkedHashMap::new)
            .limit(PROCESSES)
            .toList();
    private final Map<Integer, Integer> processOf = new TreeMap<>();
    /** For periodic jobs that age: next expiry, period. */
    private final Map<Integer, long[]> timers = new TreeMap<>();

    private final BitSet bodies = new BitSet();
    private final BitSet removedInCycle = new BitSet();
    private final BitSet ready = new BitSet();
    private final BitSet touched = new BitSet();
    private Random random;
    private WorkerScheduler scheduler;
    private long activated;
    private long handled;
    private long dropped;
    private int depth;
    private long lateRuns;

    @ParameterizedTest
    @CsvSource({"1,0", "2,0", "3,0", "4,1", "5,1", "6,7", "7,7", "8,50", "9,50", "10,50"})
    void shouldBehaveAsTheModel(long seed, int exchangeEvery) {
        random = new Random(seed);
        scheduler = new WorkerScheduler(context, () -> FakeContext.SETTINGS);
        for (int process = 0; process < PROCESSES; process++) {
            scheduler.addProcess(process);
        }
        context.body = this::body;
        context.handler = this::handler;
        for (int cycle = 0; cycle < 4000; cycle++) {
            removedInCycle.clear();
            for (int n = random.nextInt(4); n > 0; n--) {
                operation();
            }
            for (int n = random.nextInt(3); n > 0; n--) {
                context.polled.add(() -> scheduler.wake(random.nextInt(JOBS), 1));
            }
            if (random.nextInt(5) == 0) {
                context.inbox.add(this::operation);
            }
            scheduler.doWork();
            checkTimers();
            checkReady();
            context.nowNs += random.nextInt(100) == 0 ? random.nextLong(100_000 * MS) : random.nextLong(MS);
            if (exchangeEvery > 0 && cycle % exchangeEvery == 0) {
                PartState state = scheduler.suspend();
                scheduler = new WorkerScheduler(
                        context,
                        () -> FakeContext.SETTINGS,
                        cycle / exchangeEvery % 2 == 0 ? state : HandoverTest.factsOf(state));
            }
            assertEquals(activated, handled + dropped + scheduler.countPending());
        }
        WorkerDTO dto = new WorkerDTO();
        scheduler.describe(dto);
        assertEquals(4000, dto.cycles);
        assertEquals(0, dto.orderViolations);
        assertEquals(0, dto.illegalTransitions);
        assertTrue(handled > 3000, "handled " + handled);
        assertTrue(lateRuns > 100, "runs " + lateRuns);
    }

    /** No expiry that the model knows is overdue by more than a tick, and the cycle's own time. */
    private void checkTimers() {
        timers.forEach((job, timer) -> {
            if (scheduler.state(job) == JobState.AGEING) {
                long lateNs = context.nowNs - timer[0];
                assertTrue(lateNs < 20 * MS, () -> "job " + job + " " + scheduler.state(job) + " late by " + lateNs);
            }
            assertEquals(timer[0] - context.nowNs, scheduler.ageNs(job));
        });
    }

    /** What was ready at the end of a cycle and left alone has run at the end of the next. */
    private void checkReady() {
        for (int job = 0; job < JOBS; job++) {
            boolean isReady = scheduler.state(job) == JobState.READY;
            assertTrue(!isReady || !ready.get(job) || touched.get(job), "not run");
            ready.set(job, isReady);
        }
        touched.clear();
    }

    private void body(int job, int ready) {
        assertTrue(!bodies.get(job), "entered twice");
        assertEquals(JobState.RUNNING, scheduler.state(job));
        touched.set(job);
        long[] timer = timers.get(job);
        if (timer != null) {
            // counted at the clock's reading at the beginning of the cycle, which is not later than now
            assertTrue(timer[0] - context.nowNs <= 0, "early");
            if (timer[1] == 0) {
                timers.remove(job);
                assertEquals(1, ready);
            } else {
                timer[0] += ready * timer[1];
                assertTrue(timer[0] - timer[1] - context.nowNs <= 0, "too many expiries");
            }
            lateRuns++;
        }
        bodies.set(job);
        within();
        if (scheduler.state(job) != JobState.ENDED && random.nextBoolean()) {
            activate(job);
        }
        bodies.clear(job);
    }

    private void handler(int job, int unused) {
        Map<Integer, Integer> list = active.get(processOf.get(job));
        Map.Entry<Integer, Integer> first = list.entrySet().iterator().next();
        assertEquals(first.getKey(), job, "order of arrival");
        int left = first.getValue() - 1;
        list.remove(job);
        if (left > 0) {
            list.put(job, left);
        }
        assertEquals(left, scheduler.pending(job));
        handled++;
        within();
    }

    private void within() {
        context.nowNs += random.nextInt(20_000);
        if (depth < 3) {
            depth++;
            for (int n = random.nextInt(3); n > 0; n--) {
                operation();
            }
            depth--;
        }
    }

    private void operation() {
        int job = random.nextInt(JOBS);
        boolean there = scheduler.state(job) != JobState.ENDED;
        boolean periodic = job % 2 == 1;
        touched.set(job);
        switch (random.nextInt(there ? 12 : 1)) {
            case 0 -> {
                if (!there && !removedInCycle.get(job)) {
                    processOf.put(job, random.nextInt(PROCESSES));
                    JobKind kind = periodic ? JobKind.PERIODIC : JobKind.REACTIVE;
                    scheduler.addJob(job, processOf.get(job), kind, 1 + random.nextInt(20), EventClass.NEVER);
                }
            }
            case 1 -> {
                if (random.nextInt(3) == 0) {
                    drop(job, scheduler.removeJob(job));
                    timers.remove(job);
                    removedInCycle.set(job);
                }
            }
            case 2, 3, 4 -> activate(job);
            case 5 -> drop(job, scheduler.takePending(job));
            case 6 -> scheduler.priority(job, 1 + random.nextInt(30));
            case 7 -> {
                if (scheduler.state(job) == JobState.SUSPENDED) {
                    scheduler.resume(job);
                } else {
                    scheduler.suspend(job);
                }
            }
            case 8, 9 -> {
                if (periodic) {
                    long delayNs = random.nextInt(3) == 0 ? 0 : random.nextLong(300 * MS);
                    long periodNs = random.nextInt(3) == 0 ? 0 : 10 * MS + random.nextLong(500 * MS);
                    scheduler.schedule(job, delayNs, periodNs, Missed.FIRE_ALL);
                    timers.put(job, new long[] {context.nowNs + delayNs, periodNs});
                }
            }
            case 10 -> {
                if (periodic && random.nextInt(4) == 0) {
                    scheduler.unschedule(job);
                    timers.remove(job);
                }
            }
            default -> scheduler.wake(job, 1);
        }
    }

    private void activate(int job) {
        int count = 1 + random.nextInt(3);
        scheduler.activate(job, count);
        active.get(processOf.get(job)).merge(job, count, Integer::sum);
        activated += count;
    }

    private void drop(int job, int count) {
        Integer expected = active.get(processOf.get(job)).remove(job);
        assertEquals(expected == null ? 0 : expected, count);
        dropped += count;
    }
}
