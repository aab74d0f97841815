package aem.api.memory;

import aem.api.dto.MemoryDTO;
import aem.api.part.PartState;
import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The allocator of one worker (slides: 'Memory Management', "a specific buddy allocator"). All methods are called on the
 * thread of that worker, except where they say otherwise; the core brings home what other threads free. Nothing here
 * allocates Java heap once the tables have grown to their working size.
 *
 * <p>A <em>pool</em> is the account of one process on this worker: a quota and exact figures. Pools are numbered by the
 * core: small and dense, from 0, and used again only after {@link #closePool}.
 */
@ProviderType
public interface Allocator {
    /** {@link #allocate}: the pool's quota leaves no room. */
    long QUOTA = 0;

    /** {@link #allocate}: the runtime's hard cap leaves no room, or the allocator has as many regions as it can name. */
    long EXHAUSTED = -1;

    /**
     * Opens a pool.
     *
     * @param pool chosen by the core; not open at present
     * @param quotaBytes what its blocks may sum up to
     */
    void openPool(int pool, long quotaBytes);

    /**
     * Changes the quota of an open pool. What it has beyond a smaller one it keeps.
     *
     * @param quotaBytes 0 or more
     */
    void quota(int pool, long quotaBytes);

    /** Closes a pool; every block that it still has returns whole. Handles to them are stale from now on. */
    void closePool(int pool);

    /**
     * Takes a block.
     *
     * @param pool an open pool
     * @param bytes 1 to {@link Block#MAX_BYTES}
     * @return the block's handle (see {@link Block}; never 0 or -1), or {@link #QUOTA} or {@link #EXHAUSTED}
     * @throws IllegalArgumentException if {@code bytes} is out of range or the pool is not open
     */
    long allocate(int pool, int bytes);

    /**
     * Returns a block.
     *
     * @return true; false if the handle is stale: freed before, or of another pool. Nothing was done then, and the caller
     *     reports it
     */
    boolean free(int pool, long block);

    /** Whether the handle is that of a block which the pool has now. */
    boolean isLive(int pool, long block);

    /** The bytes of all blocks that are not free. */
    long usedBytes();

    /** The bytes of all regions. */
    long regionBytes();

    /** The region with this index. May be called on any thread for a region that the caller has seen a block of. */
    MemorySegment region(int index);

    /** Exact figures of this worker; those of the pools are keyed by pool. */
    MemoryDTO describe();

    /**
     * Ends this allocator's service and hands everything over: regions, block maps, free lists, pools. No method is
     * called afterwards.
     */
    PartState suspend();
}
