package aem.memory.internal;

import aem.api.dto.MemoryDTO;
import aem.api.memory.Allocator;
import aem.api.memory.AllocatorContext;
import aem.api.memory.Block;
import aem.api.part.PartState;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * The buddy allocator of one worker (slides: 'Memory Management', "We implemented a specific buddy allocator in order to
 * ... prevent memory fragmentation ... encourage reuse of memory locations, allocate quickly").
 *
 * <p><b>Hypothesis.</b> Blocks here live as long as a handler runs: microseconds, mostly one or a few per worker at a
 * time, of a few sizes. So the block that came back last is the best one to hand out (it is in the cache), merging can
 * wait a little, and as each worker has its own regions nothing needs a lock. Some blocks live long (retained, unsent),
 * therefore what is free must merge again, wholly, whatever the order of returns.
 *
 * <p><b>Structure.</b> Regions of a power of two, taken from the core one at a time when nothing fits, are split into
 * halves down to 64 B; a block's offset is a multiple of its size, so its buddy is found by flipping one bit.
 *
 * <ul>
 *   <li>{@link BlockMap}: what each 64 B unit is the head of, its generation, the links of the lists. No headers in the
 *       blocks: what an application writes can't harm the allocator.
 *   <li>{@link FreeBlocks}: split and merge; a list per order and a bit per list; a few held blocks per order.
 *   <li>{@link Pools}: quota and figures of each pool.
 *   <li>{@link Regions}: when the next region is mapped.
 * </ul>
 *
 * <p><b>Handles</b> are checked completely: any long may be freed, and does nothing unless it is that of a block which
 * the pool has now. A generation comes again after 2^24-1 uses of the same unit; a stale handle that is kept for exactly
 * so many would not be noticed.
 *
 * <p><b>Numbers.</b> allocate and free take no list walk: at most 18 splits, at most 18 merges; before a new region is
 * mapped the held blocks are merged, a few hundred at most. Closing a pool that still has blocks looks at all blocks of the
 * worker. Loss by rounding up to a
 * power of two is below half of a block. Tables take 16 B of Java heap per 64 B of region (4 MiB for one of 16 MiB), a
 * cost that is chosen: they are made with the region, so nothing grows later. Measured figures: see {@code aem.bench}.
 *
 * <p><b>Hand-over.</b> All state is in arrays and segments, see {@link AllocatorState}; it changes hands by reference, and
 * the pause does not depend on the number of blocks.
 */
final class BuddyAllocator implements Allocator {
    /** Smaller free blocks than 64 KiB are of no use for the greatest reads. */
    private static final int SCATTERED_ORDER = Block.orderFor(64 << 10);

    private final Regions regions;
    private BlockMap map;
    private FreeBlocks free;
    private Pools pools;
    private long usedBytes;
    private long highWaterBytes;
    private long allocations;
    private long frees;
    private long refused;
    private long staleFrees;
    /** Used bytes below which empty regions go back to the system; 0: not. */
    private long giveBackBelow;

    BuddyAllocator(AllocatorContext context, Supplier<Settings> settings, Pages pages) {
        regions = new Regions(context, settings, pages);
        map = new BlockMap();
        free = new FreeBlocks(map, this::lookAtSoftLimit);
        pools = new Pools();
    }

    /** Goes on where a predecessor ended. */
    BuddyAllocator(AllocatorContext context, Supplier<Settings> settings, Pages pages, AllocatorState state) {
        regions = new Regions(context, settings, pages);
        map = new BlockMap();
        state.segments().forEach(regions::add);
        state.nodes().forEach(map::add);
        free = new FreeBlocks(map, this::lookAtSoftLimit, state.heads(), state.freeCounts());
        pools = new Pools(state.accounts());
        usedBytes = state.total(AllocatorState.USED_BYTES);
        highWaterBytes = state.total(AllocatorState.HIGH_WATER_BYTES);
        allocations = state.total(AllocatorState.ALLOCATIONS);
        frees = state.total(AllocatorState.FREES);
        refused = state.total(AllocatorState.REFUSED);
        staleFrees = state.total(AllocatorState.STALE_FREES);
        lookAtSoftLimit();
    }

    @Override
    public void openPool(int pool, long quotaBytes) {
        if (pool < 0 || pool >= Pools.MAX_POOLS) {
            throw new IllegalArgumentException("pool has to be 0 to " + (Pools.MAX_POOLS - 1) + ": " + pool);
        }
        checkQuota(pool, quotaBytes);
        if (pools.isOpen(pool)) {
            throw new IllegalArgumentException("pool is open: " + pool);
        }
        pools.open(pool, quotaBytes);
    }

    private static void checkQuota(int pool, long quotaBytes) {
        if (quotaBytes < 0) {
            throw new IllegalArgumentException("quota of pool " + pool + " is negative: " + quotaBytes);
        }
    }

    @Override
    public void quota(int pool, long quotaBytes) {
        checkOpen(pool);
        checkQuota(pool, quotaBytes);
        pools.quota(pool, quotaBytes);
    }

    @Override
    public void closePool(int pool) {
        checkOpen(pool);
        // mostly all blocks have come back before; a list of them on the way of each block would cost more than this
        // does
        int id = pools.usedBlocks(pool) == 0 ? BlockMap.NONE : map.listUsed(pool);
        while (id != BlockMap.NONE) {
            int next = map.next(id);
            release(pool, id, BlockMap.order(map.tag(id)));
            id = next;
        }
        pools.close(pool);
        free.gather();
    }

    @Override
    public long allocate(int pool, int bytes) {
        if (bytes < 1 || bytes > Block.MAX_BYTES) {
            throw new IllegalArgumentException("bytes have to be 1 to " + Block.MAX_BYTES + ": " + bytes);
        }
        int order = Block.orderFor(bytes);
        long sizeBytes = (long) Block.MIN_BYTES << order;
        if (!pools.hasRoom(pool, sizeBytes)) {
            checkOpen(pool);
            return refuse(pool, QUOTA);
        }
        int id = free.take(order);
        if (id == BlockMap.NONE) {
            id = takeAnew(order, sizeBytes);
            if (id == BlockMap.NONE) {
                return refuse(pool, EXHAUSTED);
            }
        }
        pools.add(pool, sizeBytes);
        usedBytes += sizeBytes;
        highWaterBytes = Math.max(highWaterBytes, usedBytes);
        allocations++;
        return Block.of(BlockMap.region(id), order, map.use(id, order, pool), BlockMap.unit(id));
    }

    @Override
    public boolean free(int pool, long block) {
        int id = map.find(pool, block);
        if (id == BlockMap.NONE) {
            staleFrees++;
            return false;
        }
        release(pool, id, Block.order(block));
        return true;
    }

    @Override
    public boolean isLive(int pool, long block) {
        return map.find(pool, block) != BlockMap.NONE;
    }

    @Override
    public long usedBytes() {
        return usedBytes;
    }

    @Override
    public long regionBytes() {
        return regions.mappedBytes();
    }

    @Override
    public MemorySegment region(int index) {
        return regions.get(index);
    }

    /** {@inheritDoc} Merges the held blocks first, so that the free ones show what could be had. */
    @Override
    public MemoryDTO describe() {
        free.gather();
        MemoryDTO dto = new MemoryDTO();
        dto.worker = regions.worker();
        dto.regionBytes = regions.mappedBytes();
        dto.regions = regions.count();
        dto.usedBytes = usedBytes;
        dto.usedBlocks = allocations - frees;
        dto.freeBytes = regions.mappedBytes() - usedBytes;
        dto.returnedBytes = free.returnedBytes();
        dto.scatteredBytes = free.bytesBelow(SCATTERED_ORDER);
        dto.highWaterBytes = highWaterBytes;
        dto.freeBlocks = free.counts().clone();
        dto.allocations = allocations;
        dto.frees = frees;
        dto.refused = refused;
        dto.staleFrees = staleFrees;
        dto.pools = pools.describe();
        return dto;
    }

    @Override
    public PartState suspend() {
        free.gather();
        long[] totals = {usedBytes, highWaterBytes, allocations, frees, refused, staleFrees};
        PartState state = AllocatorState.of(regions, map, free, pools, totals).toPart();
        // the tables are the successor's now: a call that comes too late fails here, and not there
        map = null;
        free = null;
        pools = null;
        return state;
    }

    private int takeAnew(int order, long sizeBytes) {
        if (free.gather()) {
            int id = free.take(order);
            if (id != BlockMap.NONE) {
                return id;
            }
        }
        if (!regions.map(sizeBytes)) {
            return BlockMap.NONE;
        }
        int region = regions.count() - 1;
        map.add(BlockMap.newNodes(regions.get(region).byteSize()));
        free.addRegion(region, regions.isTouched());
        int id = free.take(order);
        lookAtSoftLimit();
        return id;
    }

    private void release(int pool, int id, int order) {
        long sizeBytes = (long) Block.MIN_BYTES << order;
        map.endUse(id, order);
        free.give(id, order);
        pools.remove(pool, sizeBytes);
        usedBytes -= sizeBytes;
        frees++;
        if (usedBytes < giveBackBelow) {
            giveBack();
        }
    }

    /** What the system has not got of the regions. */
    private long residentBytes() {
        return regions.mappedBytes() - free.returnedBytes();
    }

    /** Called whenever more memory was taken into use, so that a return costs one comparison. */
    private void lookAtSoftLimit() {
        long softLimitBytes = regions.softLimitBytes();
        giveBackBelow = residentBytes() > softLimitBytes ? softLimitBytes / 2 : 0;
    }

    private void giveBack() {
        long softLimitBytes = regions.softLimitBytes();
        free.gather();
        free.giveBack(regions, regions.mappedBytes() - softLimitBytes);
        // blocks were in the way, or the system refuses: again when half of them have gone
        giveBackBelow = residentBytes() > softLimitBytes ? usedBytes / 2 : 0;
    }

    private long refuse(int pool, long answer) {
        pools.refuse(pool);
        refused++;
        return answer;
    }

    private void checkOpen(int pool) {
        if (!pools.isOpen(pool)) {
            throw new IllegalArgumentException("pool is not open: " + pool);
        }
    }
}
