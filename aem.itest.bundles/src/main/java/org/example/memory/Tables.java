package org.example.memory;

import aem.api.memory.Block;
import aem.api.part.PartState;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The memory part's state, layout 2: see aem.memory. A block is {@code region << 24 | unit}. */
final class Tables {
    static final int VERSION = 2;
    static final int NONE = -1;
    static final int ORDERS = Block.MAX_ORDER + 1;

    // states of a block
    static final int INNER = 0;
    static final int FREE = 1;
    static final int USED = 3;
    static final int RETURNED = 4;

    // an account: eight longs for each pool
    static final int QUOTA_BYTES = 0;
    static final int POOL_USED_BYTES = 1;
    static final int POOL_USED_BLOCKS = 2;
    static final int POOL_HIGH_WATER_BYTES = 3;
    static final int POOL_REFUSED = 4;
    static final long CLOSED = -1;

    // totals
    static final int USED_BYTES = 0;
    static final int HIGH_WATER_BYTES = 1;
    static final int ALLOCATIONS = 2;
    static final int FREES = 3;
    static final int REFUSED = 4;
    static final int STALE_FREES = 5;

    // a node: four ints for each unit of 64 bytes
    private static final int NEXT = 0;
    private static final int PREV = 1;
    private static final int POOL = 2;
    private static final int TAG = 3;

    final MemorySegment[] regions = new MemorySegment[255];
    final List<int[]> nodes = new ArrayList<>();
    final int[] heads;
    final long[] counts;
    final long[] totals;
    long[] accounts;

    Tables() {
        heads = new int[ORDERS];
        Arrays.fill(heads, NONE);
        counts = new long[ORDERS];
        totals = new long[6];
        accounts = new long[0];
    }

    Tables(PartState state) {
        if (state.version() != VERSION) {
            throw new IllegalArgumentException("version " + state.version() + " can't be adopted");
        }
        List<?> segments = state.get("regions", List.class);
        for (int i = 0; i < segments.size(); i++) {
            regions[i] = (MemorySegment) segments.get(i);
        }
        for (Object table : state.get("nodes", List.class)) {
            nodes.add((int[]) table);
        }
        heads = state.get("heads", int[].class);
        counts = state.get("freeCounts", long[].class);
        accounts = state.get("accounts", long[].class);
        totals = state.get("totals", long[].class);
    }

    PartState toPart() {
        return new PartState(
                "memory",
                VERSION,
                Map.of(
                        "regions", List.of(Arrays.copyOf(regions, nodes.size())),
                        "nodes", List.copyOf(nodes),
                        "heads", heads,
                        "freeCounts", counts,
                        "accounts", accounts,
                        "totals", totals));
    }

    int units(int region) {
        return nodes.get(region).length / 4;
    }

    int state(int block) {
        return get(block, TAG) >>> 29;
    }

    int order(int block) {
        return get(block, TAG) >>> 24 & 31;
    }

    int generation(int block) {
        return (get(block, TAG) & 0xFFFFFF) + 1;
    }

    void tag(int block, int state, int order) {
        set(block, TAG, (state << 5 | order) << 24 | get(block, TAG) & 0xFFFFFF);
    }

    void nextGeneration(int block) {
        int next = generation(block) == Block.MAX_GENERATION ? 0 : generation(block);
        set(block, TAG, get(block, TAG) & 0xFF000000 | next);
    }

    int pool(int block) {
        return get(block, POOL);
    }

    void pool(int block, int pool) {
        set(block, POOL, pool);
    }

    /** A block becomes the first of its order's list. */
    void list(int block, int order) {
        tag(block, FREE, order);
        int second = heads[order];
        set(block, NEXT, second);
        set(block, PREV, NONE);
        if (second != NONE) {
            set(second, PREV, block);
        }
        heads[order] = block;
        counts[order]++;
    }

    void unlist(int block, int order) {
        int next = get(block, NEXT);
        int prev = get(block, PREV);
        if (next != NONE) {
            set(next, PREV, prev);
        }
        if (prev == NONE) {
            heads[order] = next;
        } else {
            set(prev, NEXT, next);
        }
        counts[order]--;
    }

    private int get(int block, int field) {
        return nodes.get(block >>> 24)[4 * (block & 0xFFFFFF) + field];
    }

    private void set(int block, int field, int value) {
        nodes.get(block >>> 24)[4 * (block & 0xFFFFFF) + field] = value;
    }
}
