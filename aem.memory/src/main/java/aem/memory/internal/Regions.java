package aem.memory.internal;

import aem.api.memory.AllocatorContext;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** The regions of one worker: when and how great the next one is, and what the system does with its pages. */
final class Regions {
    static final long MIN_BYTES = 1L << 20;
    static final long DEFAULT_BYTES = 16L << 20;
    static final long DEFAULT_SOFT_LIMIT_BYTES = 64L << 20;
    static final long MAX_BYTES = BlockMap.MAX_REGION_BYTES;

    private static final int PAGE_BYTES = 4 << 10;

    private final AllocatorContext context;
    private final Supplier<Settings> settings;
    private final Pages pages;
    /** Never exchanged for a greater one: other threads read it, and see what they were given a block of. */
    private final MemorySegment[] segments = new MemorySegment[BlockMap.MAX_REGIONS];

    private int count;
    private long mappedBytes;

    /**
     * @param settings asked whenever a region is mapped
     */
    Regions(AllocatorContext context, Supplier<Settings> settings, Pages pages) {
        this.context = context;
        this.settings = settings;
        this.pages = pages;
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
        Settings now = settings.get();
        long least = Math.max(blockBytes, MIN_BYTES);
        for (long bytes = Math.max(least, now.regionBytes()); bytes >= least; bytes >>= 1) {
            MemorySegment segment = context.mapRegion(bytes);
            if (segment != null) {
                prepare(segment, now);
                add(segment);
                return true;
            }
        }
        return false;
    }

    private void prepare(MemorySegment segment, Settings now) {
        if (now.hugePages()) {
            pages.huge(segment);
        }
        if (now.preTouch()) {
            for (long offset = 0; offset < segment.byteSize(); offset += PAGE_BYTES) {
                segment.set(ValueLayout.JAVA_BYTE, offset, (byte) 0);
            }
        }
        if (now.lock()) {
            pages.lock(segment);
        }
    }

    /** Gives the memory of a block back to the system; its addresses stay. */
    boolean giveBack(int region, long offset, long bytes) {
        return pages.giveBack(segments[region].asSlice(offset, bytes));
    }

    /** Whether a region that is mapped now has all its memory at once. */
    boolean isTouched() {
        Settings now = settings.get();
        return now.preTouch() || now.lock();
    }

    /** What the worker may keep although it does not use it. */
    long softLimitBytes() {
        long bytes = settings.get().softLimitBytes();
        return bytes == 0 ? Long.MAX_VALUE : bytes;
    }
}
