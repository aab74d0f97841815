package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The way home of what other threads give back. {@link ObligationLane#add} is two atomic steps, so all interleavings of
 * two producers' steps with the consumer's polls can be gone through. The test does the steps of an add one by one.
 */
class ObligationLaneTest {
    private static final int PRODUCERS = 2;
    private static final int NODES = 2;
    private static final int POLLS = 4;
    private static final VarHandle NEWEST;

    static {
        try {
            NEWEST = MethodHandles.privateLookupIn(ObligationLane.class, MethodHandles.lookup())
                    .findVarHandle(ObligationLane.class, "newest", Obligation.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Node extends Obligation {
        private final int producer;
        private final int number;

        Node(int producer, int number) {
            this.producer = producer;
            this.number = number;
        }

        @Override
        void run(Worker worker) {
            throw new AssertionError();
        }
    }

    /** One state of the model. */
    private static final class Run {
        final ObligationLane lane = new ObligationLane();
        final Obligation[] before = new Obligation[PRODUCERS];
        final Node[] adding = new Node[PRODUCERS];
        final int[] added = new int[PRODUCERS];
        final int[] polled = new int[PRODUCERS];
        int polls;

        boolean canStep(int actor) {
            return actor < PRODUCERS ? adding[actor] != null || added[actor] < NODES : polls < POLLS;
        }

        void step(int actor) {
            if (actor == PRODUCERS) {
                polls++;
                poll();
            } else if (adding[actor] == null) {
                Node node = new Node(actor, added[actor]);
                adding[actor] = node;
                before[actor] = (Obligation) NEWEST.getAndSet(lane, node);
            } else {
                before[actor].next = adding[actor];
                adding[actor] = null;
                added[actor]++;
            }
            if (complete() > 0) {
                assertFalse(lane.isEmpty(), "a sleeping worker would miss it");
            }
        }

        boolean poll() {
            Node node = (Node) lane.poll();
            if (node == null) {
                return false;
            }
            assertEquals(polled[node.producer]++, node.number, "in order, each once");
            return true;
        }

        /** Added wholly, and not polled. */
        private int complete() {
            int count = 0;
            for (int producer = 0; producer < PRODUCERS; producer++) {
                count += Math.max(0, added[producer] - polled[producer]);
            }
            return count;
        }

        void end() {
            for (int actor = 0; actor < PRODUCERS; actor++) {
                while (canStep(actor)) {
                    step(actor);
                }
            }
            while (poll()) {
                // to the last
            }
            for (int count : polled) {
                assertEquals(NODES, count, "none lost");
            }
            assertTrue(lane.isEmpty());
            assertNull(lane.poll());
        }
    }

    @Test
    void shouldBringEachHomeOnceInEveryInterleaving() {
        int[] runs = {0};
        explore(new ArrayList<>(), runs);
        assertEquals(34_650, runs[0], "interleavings of 4, 4 and 4 steps");
    }

    private static void explore(List<Integer> schedule, int... runs) {
        Run run = new Run();
        schedule.forEach(run::step);
        boolean any = false;
        for (int actor = 0; actor <= PRODUCERS; actor++) {
            if (run.canStep(actor)) {
                any = true;
                schedule.add(actor);
                explore(schedule, runs);
                schedule.removeLast();
            }
        }
        if (!any) {
            run.end();
            runs[0]++;
        }
    }
}
