package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The two lanes by which other threads reach a worker. */
class LanesTest {
    private static final int PRODUCERS = 4;
    private static final int EACH = 200_000;

    private static final class Numbered extends Obligation {
        final int producer;
        final int number;

        Numbered(int producer, int number) {
            this.producer = producer;
            this.number = number;
        }

        @Override
        void run(Worker worker) {
            throw new AssertionError("only carried");
        }
    }

    private interface Lane {
        boolean offer(Obligation node);
    }

    @Test
    void shouldGiveObligationsInOrderAndBeEmptyThen() {
        ObligationLane lane = new ObligationLane();
        assertTrue(lane.isEmpty());
        assertNull(lane.poll());
        for (int round = 0; round < 3; round++) {
            Numbered a = new Numbered(0, 0);
            Numbered b = new Numbered(0, 1);
            lane.add(a);
            assertFalse(lane.isEmpty());
            lane.add(b);
            assertSame(a, lane.poll());
            assertFalse(lane.isEmpty());
            assertSame(b, lane.poll());
            assertTrue(lane.isEmpty());
            assertNull(lane.poll());
        }
    }

    @Test
    void shouldTakeAnObligationAgainThatWasPolled() {
        ObligationLane lane = new ObligationLane();
        Numbered node = new Numbered(0, 0);
        for (int i = 0; i < 1000; i++) {
            lane.add(node);
            assertSame(node, lane.poll());
        }
        assertTrue(lane.isEmpty());
    }

    @Test
    void shouldLoseAndDoubleNoObligationOfManyProducers() throws Exception {
        ObligationLane lane = new ObligationLane();
        carry(
                node -> {
                    lane.add(node);
                    return true;
                },
                lane::poll);
        assertTrue(lane.isEmpty());
    }

    @Test
    void shouldLoseAndDoubleNoSubmissionOfManyProducers() throws Exception {
        SubmissionLane lane = new SubmissionLane(64);
        carry(lane::offer, lane::poll);
        assertTrue(lane.isEmpty());
    }

    @Test
    void shouldRefuseWhatExceedsTheBound() {
        SubmissionLane lane = new SubmissionLane(4);
        for (int i = 0; i < 4; i++) {
            assertTrue(lane.offer(new Numbered(0, i)));
        }
        assertFalse(lane.offer(new Numbered(0, 4)));
        assertEquals(0, ((Numbered) lane.poll()).number);
        assertTrue(lane.offer(new Numbered(0, 5)));
        assertFalse(lane.offer(new Numbered(0, 6)));
        for (int expected : new int[] {1, 2, 3, 5}) {
            assertEquals(expected, ((Numbered) lane.poll()).number);
        }
        assertNull(lane.poll());
    }

    @Test
    void shouldRefuseACapacityThatIsNoPowerOfTwo() {
        var e = assertThrows(IllegalArgumentException.class, () -> new SubmissionLane(100));
        assertEquals("capacity must be a power of two: 100", e.getMessage());
    }

    /** What was added before is never taken for nothing: the sleeping protocol of a worker rests on it. */
    @Test
    void shouldNeverBeEmptyAfterAnAddHasReturned() throws Exception {
        ObligationLane lane = new ObligationLane();
        AtomicInteger added = new AtomicInteger();
        Thread producer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < EACH; i++) {
                lane.add(new Numbered(0, i));
                added.incrementAndGet();
            }
        });
        int taken = 0;
        while (taken < EACH) {
            int before = added.get();
            boolean empty = lane.isEmpty();
            assertFalse(empty && taken < before, "empty with " + taken + " of " + before + " taken");
            if (lane.poll() != null) {
                taken++;
            }
        }
        producer.join();
    }

    private static void carry(Lane into, Supplier<Obligation> outOf) throws Exception {
        CyclicBarrier start = new CyclicBarrier(PRODUCERS + 1);
        List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            int producer = p;
            producers.add(Thread.ofPlatform().start(() -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                for (int i = 0; i < EACH; i++) {
                    Numbered node = new Numbered(producer, i);
                    while (!into.offer(node)) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        start.await();
        int[] next = new int[PRODUCERS];
        for (int taken = 0; taken < PRODUCERS * EACH; ) {
            Numbered node = (Numbered) outOf.get();
            if (node != null) {
                assertEquals(next[node.producer]++, node.number, "order of producer " + node.producer);
                taken++;
            }
        }
        for (Thread producer : producers) {
            producer.join();
        }
        assertNull(outOf.get());
    }
}
