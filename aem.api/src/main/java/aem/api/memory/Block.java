package aem.api.memory;

/**
 * The layout of a block's handle, one {@code long}: an allocator hands these out, the core and its successors read them.
 * Layout version 1:
 *
 * <pre>
 *   63..56  region      index of the region within its worker, 0..255
 *   55..51  order       size = 64 B &lt;&lt; order, 0..18
 *   50..27  generation  of the block's first unit, 1..2^24-1
 *   26..0   unit        offset in the region / 64; a region has at most 8 GiB
 * </pre>
 *
 * A handle is never 0, because a generation is at least 1.
 */
public final class Block {
    /** No block. */
    public static final long NONE = 0;
    /** The smallest block, in bytes; also the unit of offsets. */
    public static final int MIN_BYTES = 64;
    /** log2 of {@link #MIN_BYTES}. */
    public static final int MIN_SHIFT = 6;
    /** The order of the greatest block: 64 B &lt;&lt; 18 = 16 MiB. */
    public static final int MAX_ORDER = 18;
    /** The greatest block, in bytes. */
    public static final int MAX_BYTES = MIN_BYTES << MAX_ORDER;
    /** Generations run from 1 to this and then again from 1. */
    public static final int MAX_GENERATION = (1 << 24) - 1;

    private static final int UNIT_BITS = 27;
    private static final int GENERATION_BITS = 24;
    private static final int ORDER_BITS = 5;

    private Block() {}

    /** Packs a handle. The arguments are trusted. */
    public static long of(int region, int order, int generation, int unit) {
        return (((long) region << ORDER_BITS | order) << GENERATION_BITS | generation) << UNIT_BITS | unit;
    }

    public static int region(long block) {
        return (int) (block >>> (UNIT_BITS + GENERATION_BITS + ORDER_BITS));
    }

    public static int order(long block) {
        return (int) (block >>> (UNIT_BITS + GENERATION_BITS)) & ((1 << ORDER_BITS) - 1);
    }

    public static int generation(long block) {
        return (int) (block >>> UNIT_BITS) & ((1 << GENERATION_BITS) - 1);
    }

    /** The block's offset in its region, in units of {@link #MIN_BYTES}. */
    public static int unit(long block) {
        return (int) block & ((1 << UNIT_BITS) - 1);
    }

    /** The block's offset in its region, in bytes. */
    public static long offset(long block) {
        return (long) unit(block) << MIN_SHIFT;
    }

    /** The block's size in bytes. */
    public static int size(long block) {
        return MIN_BYTES << order(block);
    }

    /**
     * The order of the smallest block that holds {@code bytes}, 1 to {@link #MAX_BYTES}.
     */
    public static int orderFor(int bytes) {
        return bytes <= MIN_BYTES ? 0 : 32 - Integer.numberOfLeadingZeros(bytes - 1) - MIN_SHIFT;
    }
}
