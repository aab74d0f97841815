package org.example.memory;

import aem.api.dto.MemoryDTO;
import aem.api.dto.PoolDTO;
import aem.api.memory.Allocator;
import aem.api.memory.AllocatorContext;
import aem.api.memory.Block;
import aem.api.part.PartState;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A textbook's buddy system: what comes back is merged at once, the lists are looked through from below. */
final class EagerBuddy implements Allocator {
    private static final int REGION_BYTES = 1 << 20;

    private final AllocatorContext context;
    private final Tables t;

    EagerBuddy(AllocatorContext context, Tables tables) {
        this.context = context;
        t = tables;
    }

    @Override
    public void openPool(int pool, long quotaBytes) {
        if (isOpen(pool)) {
            throw new IllegalArgumentException("pool is open: " + pool);
        }
        int before = t.accounts.length;
        if (8 * pool >= before) {
            t.accounts = Arrays.copyOf(t.accounts, 8 * (pool + 1));
            for (int at = before; at < t.accounts.length; at += 8) {
                t.accounts[at] = Tables.CLOSED;
            }
        }
        Arrays.fill(t.accounts, 8 * pool, 8 * pool + 8, 0);
        t.accounts[8 * pool] = quotaBytes;
    }

    @Override
    public void quota(int pool, long quotaBytes) {
        checkOpen(pool);
        t.accounts[8 * pool] = quotaBytes;
    }

    private boolean isOpen(int pool) {
        return pool >= 0 && 8 * pool < t.accounts.length && t.accounts[8 * pool] != Tables.CLOSED;
    }

    private void checkOpen(int pool) {
        if (!isOpen(pool)) {
            throw new IllegalArgumentException("pool is not open: " + pool);
        }
    }

    @Override
    public void closePool(int pool) {
        checkOpen(pool);
        for (int region = 0; region < t.nodes.size(); region++) {
            int unit = 0;
            while (unit < t.units(region)) {
                int block = region << 24 | unit;
                unit += 1 << t.order(block);
                if (t.state(block) == Tables.USED && t.pool(block) == pool) {
                    // what it merges with ends where a block begins
                    release(pool, block);
                }
            }
        }
        t.accounts[8 * pool] = Tables.CLOSED;
    }

    @Override
    public long allocate(int pool, int bytes) {
        if (bytes < 1 || bytes > Block.MAX_BYTES) {
            throw new IllegalArgumentException("bytes have to be 1 to " + Block.MAX_BYTES + ": " + bytes);
        }
        checkOpen(pool);
        int order = Block.orderFor(bytes);
        long size = (long) Block.MIN_BYTES << order;
        int at = 8 * pool;
        if (size > t.accounts[at] - t.accounts[at + Tables.POOL_USED_BYTES]) {
            return refuse(pool, QUOTA);
        }
        int block = take(order);
        if (block == Tables.NONE && map(size)) {
            block = take(order);
        }
        if (block == Tables.NONE) {
            return refuse(pool, EXHAUSTED);
        }
        t.tag(block, Tables.USED, order);
        t.pool(block, pool);
        t.accounts[at + Tables.POOL_USED_BYTES] += size;
        t.accounts[at + Tables.POOL_USED_BLOCKS]++;
        t.accounts[at + Tables.POOL_HIGH_WATER_BYTES] =
                Math.max(t.accounts[at + Tables.POOL_HIGH_WATER_BYTES], t.accounts[at + Tables.POOL_USED_BYTES]);
        t.totals[Tables.USED_BYTES] += size;
        t.totals[Tables.HIGH_WATER_BYTES] = Math.max(t.totals[Tables.HIGH_WATER_BYTES], t.totals[Tables.USED_BYTES]);
        t.totals[Tables.ALLOCATIONS]++;
        return Block.of(block >>> 24, order, t.generation(block), block & 0xFFFFFF);
    }

    private long refuse(int pool, long answer) {
        t.accounts[8 * pool + Tables.POOL_REFUSED]++;
        t.totals[Tables.REFUSED]++;
        return answer;
    }

    private int take(int order) {
        int from = order;
        while (from < Tables.ORDERS && t.heads[from] == Tables.NONE) {
            from++;
        }
        if (from == Tables.ORDERS) {
            return Tables.NONE;
        }
        int block = t.heads[from];
        t.unlist(block, from);
        while (from > order) {
            from--;
            t.list(block + (1 << from), from);
        }
        return block;
    }

    private boolean map(long blockBytes) {
        int region = t.nodes.size();
        long bytes = Math.max(REGION_BYTES, blockBytes);
        MemorySegment segment = region == t.regions.length ? null : context.mapRegion(bytes);
        if (segment == null) {
            return false;
        }
        t.regions[region] = segment;
        t.nodes.add(new int[(int) (bytes / Block.MIN_BYTES) * 4]);
        t.list(region << 24, Block.orderFor((int) bytes));
        return true;
    }

    @Override
    public boolean free(int pool, long block) {
        if (!isLive(pool, block)) {
            t.totals[Tables.STALE_FREES]++;
            return false;
        }
        release(pool, Block.region(block) << 24 | Block.unit(block));
        return true;
    }

    private void release(int pool, int released) {
        int block = released;
        int order = t.order(block);
        long size = (long) Block.MIN_BYTES << order;
        t.nextGeneration(block);
        t.accounts[8 * pool + Tables.POOL_USED_BYTES] -= size;
        t.accounts[8 * pool + Tables.POOL_USED_BLOCKS]--;
        t.totals[Tables.USED_BYTES] -= size;
        t.totals[Tables.FREES]++;
        int units = t.units(block >>> 24);
        while (order < Block.MAX_ORDER && 1 << order < units) {
            int buddy = block ^ 1 << order;
            if (t.state(buddy) != Tables.FREE || t.order(buddy) != order) {
                break;
            }
            t.unlist(buddy, order);
            t.tag(buddy, Tables.INNER, 0);
            t.tag(block, Tables.INNER, 0);
            block &= buddy;
            order++;
        }
        t.list(block, order);
    }

    @Override
    public boolean isLive(int pool, long block) {
        int region = Block.region(block);
        int unit = Block.unit(block);
        if (region >= t.nodes.size() || unit >= t.units(region)) {
            return false;
        }
        int id = region << 24 | unit;
        return t.state(id) == Tables.USED
                && t.order(id) == Block.order(block)
                && t.generation(id) == Block.generation(block)
                && t.pool(id) == pool;
    }

    @Override
    public long usedBytes() {
        return t.totals[Tables.USED_BYTES];
    }

    @Override
    public long regionBytes() {
        long bytes = 0;
        for (int i = 0; i < t.nodes.size(); i++) {
            bytes += t.regions[i].byteSize();
        }
        return bytes;
    }

    @Override
    public MemorySegment region(int index) {
        return t.regions[index];
    }

    @Override
    public MemoryDTO describe() {
        MemoryDTO dto = new MemoryDTO();
        dto.worker = context.worker();
        dto.regions = t.nodes.size();
        dto.regionBytes = regionBytes();
        dto.usedBytes = usedBytes();
        dto.usedBlocks = t.totals[Tables.ALLOCATIONS] - t.totals[Tables.FREES];
        dto.freeBytes = dto.regionBytes - dto.usedBytes;
        dto.highWaterBytes = t.totals[Tables.HIGH_WATER_BYTES];
        dto.freeBlocks = t.counts.clone();
        dto.allocations = t.totals[Tables.ALLOCATIONS];
        dto.frees = t.totals[Tables.FREES];
        dto.refused = t.totals[Tables.REFUSED];
        dto.staleFrees = t.totals[Tables.STALE_FREES];
        for (int pool = 0; pool < t.accounts.length / 8; pool++) {
            if (isOpen(pool)) {
                PoolDTO account = new PoolDTO();
                account.pool = pool;
                account.quotaBytes = t.accounts[8 * pool];
                account.usedBytes = t.accounts[8 * pool + Tables.POOL_USED_BYTES];
                account.usedBlocks = t.accounts[8 * pool + Tables.POOL_USED_BLOCKS];
                account.highWaterBytes = t.accounts[8 * pool + Tables.POOL_HIGH_WATER_BYTES];
                account.refused = t.accounts[8 * pool + Tables.POOL_REFUSED];
                dto.pools.add(account);
            }
        }
        return dto;
    }

    @Override
    public PartState suspend() {
        return t.toPart();
    }
}
