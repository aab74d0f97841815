package aem.memory.internal;

import aem.api.memory.AllocatorContext;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** The regions of one worker: when and how great the next one is. */
final class Regions {
    static final long MIN_BYTES = 1L << 20;
    static final long DEFAULT_BYTES = 16L << 20;
    static final long MAX_BYTES = BlockMap.MAX_REGION_BYTES;

    private final AllocatorContext context;
    private final LongSupplier regionBytes;
    /** Never exchanged for a greater one: other threads read it, and see what they were given a block of. */
    private final MemorySegment[] segments = new MemorySegment[BlockMap.MAX_REGIONS];

    private int count;
    private long mappedBytes;

    /**
     * @param regionBytes the size of regions to come, a power of two; asked whenever one is mapped
     */
    Regions(AllocatorContext context, LongSupplier regionBytes) {
        this.context = context;
        this.regionBytes = regionBytes;
    }

    static boolean isSize(long bytes) {
        return bytes >= MIN_BYTES && bytes <= MAX_BYTES && Long.bitCount(bytes) == 1;
    }

    int worker() {
        return context.worker();
    }

    int count() {
        return count;
    }

    long mappedBytes() {
        return mappedBytes;
    }

    MemorySegment get(int index) {
        return segments[index];
    }

    List<MemorySegment> list() {
        return List.of(Arrays.copyOf(segments, count));
    }

    void add(MemorySegment segment) {
        segments[count++] = segment;
        mappedBytes += segment.byteSize();
    }

    /**
     * Maps a region that a block of this size fits in. Where the hard cap leaves no room for one of the configured size,
     * a smaller one will do, so that the last bytes below the cap are of use too.
     *
     * @return false if there is no room, or all indices are in use
     */
    boolean map(long blockBytes) {
        if (count == BlockMap.MAX_REGIONS) {
            return false;
        }
        long least = Math.max(blockBytes, MIN_BYTES);
        for (long bytes = Math.max(least, regionBytes.getAsLong()); bytes >= least; bytes >>= 1) {
            MemorySegment segment = context.mapRegion(bytes);
            if (segment != null) {
                add(segment);
                return true;
            }
        }
        return false;
    }
}
