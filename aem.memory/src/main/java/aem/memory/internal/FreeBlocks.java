package aem.memory.internal;

import static aem.memory.internal.BlockMap.FREE;
import static aem.memory.internal.BlockMap.INNER;
import static aem.memory.internal.BlockMap.NONE;
import static aem.memory.internal.BlockMap.RETURNED;
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

    /** The order of the smallest region. */
    private static final int LEAST_WHOLE_ORDER = Block.orderFor((int) Regions.MIN_BYTES);

    private static final int HELD_SHIFT = 4;
    static final int MOST_HELD = 1 << HELD_SHIFT;
    private static final int MOST_HELD_BYTES = 1 << 20;

    private final BlockMap map;
    /** Called when memory that the system has is needed again. */
    private final Runnable grown;
    /** By order: the first of the list, or NONE. */
    private final int[] heads;
    /** Listed blocks by order. */
    private final long[] counts;

    private long listedOrders;
    /** In listed blocks: what the system has of it. */
    private long returnedBytes;
    /** By order, {@link #MOST_HELD} each: a stack. */
    private final int[] held = new int[ORDERS << HELD_SHIFT];

    private final int[] heldCounts = new int[ORDERS];

    FreeBlocks(BlockMap map, Runnable grown) {
        this(map, grown, noHeads(), new long[ORDERS]);
    }

    /** Goes on with the tables of a predecessor. */
    FreeBlocks(BlockMap map, Runnable grown, int[] heads, long[] counts) {
        this.map = map;
        this.grown = grown;
        this.heads = heads;
        this.counts = counts;
        for (int order = 0; order < ORDERS; order++) {
            listedOrders |= heads[order] != NONE ? 1L << order : 0;
            for (int id = heads[order]; order >= LEAST_WHOLE_ORDER && id != NONE; id = map.next(id)) {
                returnedBytes += map.tag(id) == tag(RETURNED, order) ? bytes(order) : 0;
            }
        }
    }

    private static long bytes(int order) {
        return (long) Block.MIN_BYTES << order;
    }

    long returnedBytes() {
        return returnedBytes;
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

    /** In listed blocks of less than this order. */
    long bytesBelow(int order) {
        long bytes = 0;
        for (int i = 0; i < order; i++) {
            bytes += counts[i] * bytes(i);
        }
        return bytes;
    }

    static int mostHeld(int order) {
        return Math.clamp(MOST_HELD_BYTES / Block.MIN_BYTES >> order, 1, MOST_HELD);
    }

    /**
     * Adds a new region, as blocks of the greatest order that it has. The lowest will be taken first.
     *
     * @param touched whether it has all its memory already; otherwise the system gives it page by page
     */
    void addRegion(int region, boolean touched) {
        int units = map.units(region);
        int order = Math.min(Block.MAX_ORDER, Integer.numberOfTrailingZeros(units));
        for (int unit = units - (1 << order); unit >= 0; unit -= 1 << order) {
            int id = BlockMap.id(region, unit);
            list(id, order);
            if (!touched) {
                returned(id, order);
            }
        }
    }

    private void returned(int id, int order) {
        map.setTag(id, tag(RETURNED, order));
        returnedBytes += bytes(order);
    }

    /**
     * Has the memory of whole blocks given back to the system, the greatest first, until so much is. The held ones have
     * been {@linkplain #gather gathered} before.
     */
    void giveBack(Regions regions, long untilBytes) {
        for (int order = Block.MAX_ORDER; order >= LEAST_WHOLE_ORDER; order--) {
            for (int id = heads[order]; id != NONE && returnedBytes < untilBytes; id = map.next(id)) {
                long offset = (long) BlockMap.unit(id) << Block.MIN_SHIFT;
                if (map.tag(id) == tag(FREE, order)
                        && map.isWhole(id, order)
                        && regions.giveBack(BlockMap.region(id), offset, bytes(order))) {
                    returned(id, order);
                }
            }
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
        if (map.tag(id) == tag(RETURNED, from)) {
            returnedBytes -= bytes(from);
            grown.run();
        }
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
        while (!map.isWhole(id, order)) {
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
