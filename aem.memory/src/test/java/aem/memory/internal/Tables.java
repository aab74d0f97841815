package aem.memory.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.memory.Block;
import aem.api.part.PartState;
import java.util.List;

/** Reads a handed-over state by its documented layout, and checks it node by node. */
final class Tables {
    private static final int NONE = -1;
    private static final int NEXT = 0;
    private static final int PREV = 1;
    private static final int POOL = 2;
    private static final int TAG = 3;
    private static final int FREE = 1;
    private static final int USED = 3;
    private static final int RETURNED = 4;

    private final List<?> nodes;
    private final int[] heads;
    private final long[] accounts;
    private final long[] freeCounts;

    private Tables(PartState state) {
        nodes = state.get("nodes", List.class);
        heads = state.get("heads", int[].class);
        accounts = state.get("accounts", long[].class);
        freeCounts = state.get("freeCounts", long[].class);
    }

    /** Checks that each region is tiled by blocks, that no two buddies are listed free, and that all lists are right. */
    static void check(PartState state) {
        new Tables(state).check();
    }

    private void check() {
        long[] free = new long[Block.MAX_ORDER + 1];
        long used = 0;
        long[] usedByPool = new long[accounts.length / 8];
        for (int region = 0; region < nodes.size(); region++) {
            int units = table(region).length / 4;
            for (int unit = 0; unit < units; ) {
                int id = region << 24 | unit;
                int order = order(id);
                assertEquals(0, unit & (1 << order) - 1, "aligned");
                switch (state(id)) {
                    case FREE, RETURNED -> {
                        free[order]++;
                        assertTrue(state(id) == FREE || order == Block.MAX_ORDER || 1 << order == units, "not whole");
                        int buddy = unit ^ 1 << order;
                        boolean apart = order == Block.MAX_ORDER
                                || buddy >= units
                                || state(region << 24 | buddy) != FREE
                                || order(region << 24 | buddy) != order;
                        assertTrue(apart, "two free buddies");
                    }
                    case USED -> {
                        used++;
                        usedByPool[field(id, POOL)]++;
                    }
                    default -> throw new AssertionError("unit " + unit + " is in no block");
                }
                for (int inner = unit + 1; inner < unit + (1 << order); inner += 1 + inner / 64) {
                    assertEquals(0, state(region << 24 | inner), "inside of a block");
                }
                unit += 1 << order;
            }
        }
        for (int order = 0; order <= Block.MAX_ORDER; order++) {
            assertEquals(freeCounts[order], free[order], "free blocks of order " + order);
            assertEquals(free[order], length(heads[order], order), "free list " + order);
        }
        long listed = 0;
        for (int pool = 0; pool < accounts.length / 8; pool++) {
            if (accounts[8 * pool] >= 0) {
                assertEquals(accounts[8 * pool + 2], usedByPool[pool], "blocks of pool " + pool);
                listed += usedByPool[pool];
            }
        }
        assertEquals(used, listed, "used blocks are those of open pools");
    }

    private long length(int first, int order) {
        long length = 0;
        int previous = NONE;
        for (int id = first; id != NONE; id = field(id, NEXT)) {
            assertTrue(state(id) == FREE || state(id) == RETURNED);
            assertEquals(previous, field(id, PREV));
            assertEquals(order, order(id));
            previous = id;
            length++;
        }
        return length;
    }

    private int state(int id) {
        return field(id, TAG) >>> 29;
    }

    private int order(int id) {
        return field(id, TAG) >>> 24 & 31;
    }

    private int field(int id, int field) {
        return table(id >>> 24)[4 * (id & 0xFFFFFF) + field];
    }

    private int[] table(int region) {
        return (int[]) nodes.get(region);
    }
}
