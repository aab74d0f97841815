package aem.memory.internal;

import aem.api.memory.Block;

/**
 * The map of all blocks of one worker, in flat arrays: one per region, with a node of four ints for each unit of 64 B.
 * Only a block's first unit, its head, says anything; of the other units only the generation counts. The links are those
 * of the free list of its order; a block that is used or held stands in none.
 *
 * <p>The four ints lie side by side, so that an operation touches one cache line per block. They take 16 B of the Java
 * heap per 64 B of region; that is the price of exact checks of handles and of O(1) for everything.
 *
 * <p>A block's id is {@code region << 24 | unit}: a region has at most 1 GiB, and there are at most 255 regions, so that
 * {@link #NONE} is none of them.
 *
 * <p>Layout, handed over as it is (version 2): {@code next, prev, pool, tag << 24 | generation - 1}, where the tag is
 * {@code state << 5 | order}.
 */
final class BlockMap {
    /** No block; ends every list. */
    static final int NONE = -1;

    static final int MAX_REGIONS = 255;
    static final long MAX_REGION_BYTES = 1L << 30;

    static final int INNER = 0;
    static final int FREE = 1;
    static final int HELD = 2;
    static final int USED = 3;
    /** As FREE; a block that is all that it could merge to, and whose memory is with the system. */
    static final int RETURNED = 4;

    static final int NODE_SHIFT = 2;
    private static final int UNIT_BITS = 24;
    private static final int UNIT_MASK = (1 << UNIT_BITS) - 1;
    private static final int GENERATION_BITS = 24;
    private static final int GENERATION_MASK = (1 << GENERATION_BITS) - 1;
    private static final int ORDER_BITS = 5;

    private static final int NEXT = 0;
    private static final int PREV = 1;
    private static final int POOL = 2;
    private static final int TAG = 3;

    private final int[][] nodes = new int[MAX_REGIONS][];
    private int regions;

    static int id(int region, int unit) {
        return region << UNIT_BITS | unit;
    }

    static int region(int id) {
        return id >>> UNIT_BITS;
    }

    static int unit(int id) {
        return id & UNIT_MASK;
    }

    static int tag(int state, int order) {
        return state << ORDER_BITS | order;
    }

    static int order(int tag) {
        return tag & ((1 << ORDER_BITS) - 1);
    }

    /** Adds the nodes of one more region: those it was handed over with, or all zero for a new one. */
    void add(int[] regionNodes) {
        nodes[regions++] = regionNodes;
    }

    static int[] newNodes(long regionBytes) {
        return new int[(int) (regionBytes >> Block.MIN_SHIFT) << NODE_SHIFT];
    }

    int regions() {
        return regions;
    }

    int[] nodes(int region) {
        return nodes[region];
    }

    int units(int region) {
        return nodes[region].length >> NODE_SHIFT;
    }

    int tag(int id) {
        return nodes[region(id)][at(id) + TAG] >>> GENERATION_BITS;
    }

    /** Whether a block of this order can't be part of a greater one. */
    boolean isWhole(int id, int order) {
        return order == Block.MAX_ORDER || 1 << order == units(region(id));
    }

    void setTag(int id, int tag) {
        int[] n = nodes[region(id)];
        int at = at(id) + TAG;
        n[at] = tag << GENERATION_BITS | n[at] & GENERATION_MASK;
    }

    int pool(int id) {
        return nodes[region(id)][at(id) + POOL];
    }

    /** A block that stands in no list becomes one of the pool's; returns its generation. */
    int use(int id, int order, int pool) {
        int[] n = nodes[region(id)];
        int at = at(id);
        int generation = n[at + TAG] & GENERATION_MASK;
        n[at + TAG] = tag(USED, order) << GENERATION_BITS | generation;
        n[at + POOL] = pool;
        return generation + 1;
    }

    /** A used block is held; its handle is stale from here on. */
    void endUse(int id, int order) {
        int[] n = nodes[region(id)];
        int at = at(id) + TAG;
        int next = (n[at] & GENERATION_MASK) + 1;
        n[at] = tag(HELD, order) << GENERATION_BITS | (next == Block.MAX_GENERATION ? 0 : next);
    }

    /** Links all used blocks of a pool to a list; returns its first. Looks at every block of all regions. */
    int listUsed(int pool) {
        int first = NONE;
        for (int region = 0; region < regions; region++) {
            for (int unit = 0; unit < units(region); ) {
                int id = id(region, unit);
                int tag = tag(id);
                if (tag == tag(USED, order(tag)) && pool(id) == pool) {
                    first = push(id, first);
                }
                unit += 1 << order(tag);
            }
        }
        return first;
    }

    /** The id of the used block that has this handle in this pool, or {@link #NONE}. Takes any long. */
    int find(int pool, long block) {
        int region = Block.region(block);
        int unit = Block.unit(block);
        if (region >= regions || unit >= units(region)) {
            return NONE;
        }
        int[] n = nodes[region];
        int at = unit << NODE_SHIFT;
        int expected = tag(USED, Block.order(block)) << GENERATION_BITS | Block.generation(block) - 1;
        return n[at + TAG] == expected && n[at + POOL] == pool ? id(region, unit) : NONE;
    }

    int next(int id) {
        return nodes[region(id)][at(id) + NEXT];
    }

    /** Puts a block before the list's first; returns the new first. */
    int push(int id, int first) {
        int[] n = nodes[region(id)];
        int at = at(id);
        n[at + NEXT] = first;
        n[at + PREV] = NONE;
        if (first != NONE) {
            nodes[region(first)][at(first) + PREV] = id;
        }
        return id;
    }

    /** Takes a block out of the list; returns what is the list's first then. */
    int unlink(int id, int first) {
        int[] n = nodes[region(id)];
        int at = at(id);
        int next = n[at + NEXT];
        int prev = n[at + PREV];
        if (next != NONE) {
            nodes[region(next)][at(next) + PREV] = prev;
        }
        if (prev == NONE) {
            return next;
        }
        nodes[region(prev)][at(prev) + NEXT] = next;
        return first;
    }

    private static int at(int id) {
        return unit(id) << NODE_SHIFT;
    }
}
