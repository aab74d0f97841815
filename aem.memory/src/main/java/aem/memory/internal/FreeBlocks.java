package aem.memory.internal;

import static aem.memory.internal.BlockMap.FREE;
import static aem.memory.internal.BlockMap.INNER;
import static aem.memory.internal.BlockMap.NONE;
import static aem.memory.internal.BlockMap.tag;

import aem.api.memory.Block;
import java.util.Arrays;

/**
 * The free blocks of one worker: a list per order, last in first out, and a bit per order that has any, so that finding
 * the smallest that fits is one instruction and no list is ever searched.
 *
 * <p>Some blocks of each order are <em>held</em>: they came back and were not merged with their buddies, but wait on a
 * small stack for the next request of their order. Without that, a worker that takes and returns one block at a time
 * would split a great block down and merge it up again each time; with {@value #MOST_HELD} of each order even a few hundred
 * blocks of mixed sizes that come and go are nearly always served from the stacks. A buddy system that delays merging is
 * Barkley's and Lee's of 1989. What is held is bounded, by number and by {@link #MOST_HELD_BYTES} for each order, and
 * merged before more memory is asked for.
 */
final class FreeBlocks {
    static final int ORDERS = Block.MAX_ORDER + 1;

    private static final int HELD_SHIFT = 4;
    static final int MOST_HELD = 1 << HELD_SHIFT;
    private static final int MOST_HELD_BYTES = 1 << 20;

    private final BlockMap map;
    /** By order: the first of the list, or NONE. */
    private final int[] heads;
    /** Listed blocks by order. */
    private final long[] counts;

    private long listedOrders;
    /** By order, {@link #MOST_HELD} each: a stack. */
    private final int[] held = new int[ORDERS << HELD_SHIFT];

    private final int[] heldCounts = new int[ORDERS];

    FreeBlocks(BlockMap map) {
        this(map, noHeads(), new long[ORDERS]);
    }

    /** Goes on with the tables of a predecessor. */
    FreeBlocks(BlockMap map, int[] heads, long[] counts) {
        this.map = map;
        this.heads = heads;
        this.counts = counts;
        for (int order = 0; order < ORDERS; order++) {
            listedOrders |= heads[order] != NONE ? 1L << order : 0;
        }
    }

    private static int[] noHeads() {
        int[] heads = new int[ORDERS];
        Arrays.fill(heads, NONE);
        return heads;
    }

    int[] heads() {
        return heads;
    }

    long[] counts() {
        return counts;
    }

    static int mostHeld(int order) {
        return Math.clamp(MOST_HELD_BYTES / Block.MIN_BYTES >> order, 1, MOST_HELD);
    }

    /** Adds a new region, as blocks of the greatest order that it has. The lowest will be taken first. */
    void addRegion(int region) {
        int units = map.units(region);
        int order = Math.min(Block.MAX_ORDER, Integer.numberOfTrailingZeros(units));
        for (int unit = units - (1 << order); unit >= 0; unit -= 1 << order) {
            list(BlockMap.id(region, unit), order);
        }
    }

    /** Takes a block of this order, splitting a greater one if need be; NONE if none is listed that is great enough. */
    int take(int order) {
        int last = heldCounts[order] - 1;
        if (last < 0) {
            return split(order);
        }
        heldCounts[order] = last;
        return held[(order << HELD_SHIFT) + last];
    }

    private int split(int order) {
        long fitting = listedOrders & -1L << order;
        if (fitting == 0) {
            return NONE;
        }
        int from = Long.numberOfTrailingZeros(fitting);
        int id = heads[from];
        unlist(id, from);
        while (from > order) {
            from--;
            list(id + (1 << from), from);
        }
        return id;
    }

    /** Gives back a block whose tag is that of a held one: holds it, or merges it with its buddies. */
    void give(int id, int order) {
        int count = heldCounts[order];
        if (count == mostHeld(order)) {
            merge(id, order);
        } else {
            held[(order << HELD_SHIFT) + count] = id;
            heldCounts[order] = count + 1;
        }
    }

    /** Merges the held blocks too; whether there were any. */
    boolean gather() {
        boolean any = false;
        // upwards: what a merge makes of a block is listed, never held
        for (int order = 0; order < ORDERS; order++) {
            while (heldCounts[order] > 0) {
                merge(held[(order << HELD_SHIFT) + --heldCounts[order]], order);
                any = true;
            }
        }
        return any;
    }

    private void merge(int id, int order) {
        int units = map.units(BlockMap.region(id));
        while (order < Block.MAX_ORDER && 1 << order < units) {
            int buddy = id ^ 1 << order;
            if (map.tag(buddy) != tag(FREE, order)) {
                break;
            }
            unlist(buddy, order);
            map.setTag(buddy, tag(INNER, 0));
            map.setTag(id, tag(INNER, 0));
            id &= buddy;
            order++;
        }
        list(id, order);
    }

    private void list(int id, int order) {
        map.setTag(id, tag(FREE, order));
        heads[order] = map.push(id, heads[order]);
        listedOrders |= 1L << order;
        counts[order]++;
    }

    private void unlist(int id, int order) {
        int first = map.unlink(id, heads[order]);
        heads[order] = first;
        if (first == NONE) {
            listedOrders &= ~(1L << order);
        }
        counts[order]--;
    }
}
