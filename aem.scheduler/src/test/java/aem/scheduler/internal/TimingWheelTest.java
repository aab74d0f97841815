package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TimingWheelTest {
    private static final long[] TICKS = {1, 7, 1_000, 1_000_000, 1_000_000_000};
    private static final long[] ORIGINS = {0, -5_000_000_000L, Long.MAX_VALUE - 3_000_000, Long.MIN_VALUE, 1L << 60};

    private int jobs;
    private IntLists links;
    private TimingWheel wheel;

    private void wheel(int bits, long tickNs, long originNs, int capacity) {
        jobs = capacity;
        links = new IntLists(jobs, TimingWheel.slots(bits) + 1);
        wheel = new TimingWheel(links, jobs, bits, tickNs, originNs);
    }

    static Stream<Arguments> geometries() {
        return Stream.iterate(1, bits -> bits + 1).limit(6).flatMap(bits -> {
            List<Arguments> all = new ArrayList<>();
            for (long tickNs : TICKS) {
                for (long originNs : ORIGINS) {
                    all.add(Arguments.of(bits, tickNs, originNs));
                }
            }
            return all.stream();
        });
    }

    /** Against a plain map: nothing early, late by a tick, lost or doubled; with cancels, restarts and long stalls. */
    @ParameterizedTest
    @MethodSource("geometries")
    void shouldExpireAsASimpleMapDoes(int bits, long tickNs, long originNs) {
        wheel(bits, tickNs, originNs, 200);
        Random random = new Random(31L * bits + tickNs + originNs);
        Map<Integer, Long> due = new HashMap<>();
        long sinceNs = 0;
        for (int step = 0; step < 1500; step++) {
            sinceNs += delay(random, tickNs);
            wheel.advance(originNs + sinceNs);
            long lastTick = Long.MIN_VALUE;
            for (int job; (job = wheel.expired()) != IntLists.NONE; ) {
                Long at = due.remove(job);
                assertTrue(at != null, "twice: " + job);
                assertTrue(at <= sinceNs, "early by " + (at - sinceNs));
                long tick = Math.ceilDiv(at, tickNs);
                assertTrue(tick >= lastTick, "out of order");
                lastTick = tick;
                if (random.nextInt(4) == 0) {
                    start(random, due, job, sinceNs, originNs, tickNs);
                }
            }
            for (long at : due.values()) {
                assertTrue(at > sinceNs - tickNs, "late: " + (sinceNs - at));
            }
            for (int n = random.nextInt(8); n > 0; n--) {
                int job = random.nextInt(jobs);
                assertEquals(due.remove(job) != null, wheel.cancel(job));
                if (random.nextInt(5) > 0) {
                    start(random, due, job, sinceNs, originNs, tickNs);
                }
            }
            assertEquals(due.size(), wheel.size());
            checkNextDeadline(due, originNs, tickNs);
        }
    }

    private void checkNextDeadline(Map<Integer, Long> due, long originNs, long tickNs) {
        assertEquals(due.isEmpty(), wheel.isEmpty());
        if (!due.isEmpty()) {
            long first = due.values().stream().mapToLong(Long::longValue).min().getAsLong();
            assertTrue(wheel.nextDeadlineNs() - originNs < first + tickNs, "sleeps too long");
        }
    }

    private void start(Random random, Map<Integer, Long> due, int job, long sinceNs, long originNs, long tickNs) {
        long delayNs = random.nextInt(50) == 0 ? Long.MAX_VALUE / 4 : delay(random, tickNs);
        // a time that has passed is due at the latest tick that was advanced to
        long at = sinceNs + (random.nextInt(10) == 0 ? 0 : delayNs);
        wheel.start(job, originNs + at);
        due.put(job, at);
    }

    /** From part of a tick to very many. */
    private static long delay(Random random, long tickNs) {
        return (long) (tickNs * Math.pow(2, random.nextInt(18) - 3) * random.nextDouble());
    }

    @Test
    void shouldCrossALongStallWithoutWalkingEmptyTicks() {
        wheel(6, 1_000, 0, 4);
        long yearNs = 365L * 24 * 3600 * 1_000_000_000L;
        wheel.start(0, 20 * yearNs);
        wheel.start(1, 5);
        wheel.advance(10 * yearNs);
        assertEquals(1, wheel.expired());
        assertEquals(IntLists.NONE, wheel.expired());
        wheel.advance(20 * yearNs - 1000);
        assertEquals(IntLists.NONE, wheel.expired());
        wheel.advance(20 * yearNs);
        assertEquals(0, wheel.expired());
    }

    @Test
    void shouldReachTheFurthestDelayBySleepingToItsNextDeadline() {
        wheel(6, 1_000_000, -7, 1);
        wheel.start(0, -7 + Long.MAX_VALUE / 2);
        int wakeUps = 0;
        for (boolean expired = false; !expired; wakeUps++) {
            wheel.advance(wheel.nextDeadlineNs());
            expired = wheel.expired() == 0;
        }
        assertTrue(wakeUps <= 11, "one a level: " + wakeUps);
    }

    @Test
    void shouldExpireEqualDeadlinesInOrderOfStartOnAnyLevel() {
        for (long deadlineNs : new long[] {1, 100, 10_000, 1_000_000, 1_000_000_000}) {
            wheel(6, 1, 0, 10);
            for (int job = 0; job < 5; job++) {
                wheel.start(job, deadlineNs);
            }
            wheel.advance(deadlineNs / 2);
            assertEquals(IntLists.NONE, wheel.expired());
            for (int job = 9; job >= 5; job--) {
                wheel.start(job, deadlineNs);
            }
            wheel.advance(deadlineNs);
            for (int job : new int[] {0, 1, 2, 3, 4, 9, 8, 7, 6, 5}) {
                assertEquals(job, wheel.expired());
            }
        }
    }

    @Test
    void shouldMoveAFullSlotDownInBoundedSteps() {
        int many = 50_000;
        wheel(6, 1, 0, many);
        for (int job = 0; job < many; job++) {
            wheel.start(job, 70 + job % 50);
        }
        int found = 0;
        int steps = 0;
        for (; !wheel.isEmpty(); steps++) {
            wheel.advance(1_000);
            assertTrue(wheel.nextDeadlineNs() <= 1_000);
            if (steps == 1) {
                assertTrue(wheel.cancel(many - 1));
                found++;
            }
            while (wheel.expired() != IntLists.NONE) {
                found++;
            }
        }
        assertEquals(many, found);
        assertTrue(steps > 3 && steps < 20, "steps: " + steps);
    }

    @Test
    void shouldHoldTenMillion() {
        int many = 10_000_000;
        long tickNs = 1_000_000;
        long lastNs = 3_600_000 * tickNs;
        wheel(TimingWheel.BITS, tickNs, -17, many);
        long[] dueNs = new long[many];
        Random random = new Random(many);
        for (int job = 0; job < many; job++) {
            dueNs[job] = random.nextLong(lastNs);
            wheel.start(job, dueNs[job]);
        }
        assertEquals(many, wheel.size());
        for (int job = 0; job < many; job += 2) {
            assertTrue(wheel.cancel(job));
        }
        BitSet expired = new BitSet(many);
        int steps = 0;
        for (long nowNs = 0; !wheel.isEmpty(); nowNs += lastNs / 1000, steps++) {
            wheel.advance(nowNs);
            for (int job; (job = wheel.expired()) != IntLists.NONE; ) {
                assertTrue(dueNs[job] <= nowNs && !expired.get(job), "early, or twice");
                expired.set(job);
            }
        }
        assertEquals(many / 2, expired.cardinality());
        assertTrue(steps < 2000, "steps " + steps);
    }

    @Test
    void shouldNotCancelWhatStandsElsewhere() {
        wheel(6, 1, 0, 2);
        links.append(TimingWheel.slots(6), 1);
        assertFalse(wheel.cancel(0));
        assertFalse(wheel.cancel(1));
    }
}
