package aem.core.internal;

import java.util.function.IntConsumer;

/**
 * The lane by which a block that another thread gives back comes home: the core's own, with one node for each slot, as
 * retained data is its own node. It stands in this package to reach it.
 */
public final class HomeLane {
    private static final class Node extends Obligation {
        private final int slot;

        private Node(int slot) {
            this.slot = slot;
        }

        @Override
        void run(Worker worker) {
            throw new AssertionError("run by a worker");
        }
    }

    private final ObligationLane lane = new ObligationLane();
    private final Node[] nodes;

    public HomeLane(int slots) {
        nodes = new Node[slots];
        for (int slot = 0; slot < slots; slot++) {
            nodes[slot] = new Node(slot);
        }
    }

    /** Any thread; a slot that is not in the lane. */
    public void add(int slot) {
        lane.add(nodes[slot]);
    }

    /** The owner. */
    public void drain(IntConsumer home) {
        for (Node node = (Node) lane.poll(); node != null; node = (Node) lane.poll()) {
            home.accept(node.slot);
        }
    }
}
