package aem.memory.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.dto.MemoryDTO;
import aem.api.dto.PoolDTO;
import aem.api.memory.Block;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The allocator as anybody would write it who has time: intervals in a sorted map. It says what has to be true. */
final class Model {
    /** A block that somebody has. */
    record Held(int pool, long block) {}

    static final class Account {
        final long quotaBytes;
        long usedBytes;
        long usedBlocks;
        long highWaterBytes;
        long refused;

        Account(long quotaBytes) {
            this.quotaBytes = quotaBytes;
        }
    }

    final List<Held> live = new ArrayList<>();
    final Map<Integer, Account> pools = new HashMap<>();
    long allocations;
    long frees;
    long refused;
    long staleFrees;
    private final Map<Long, Integer> indexOf = new HashMap<>();
    /** Start to end of used bytes; the region is in the upper bits. */
    private final TreeMap<Long, Long> used = new TreeMap<>();

    private long usedBytes;
    private long highWaterBytes;

    static long start(long block) {
        return ((long) Block.region(block) << 40) + Block.offset(block);
    }

    boolean hasRoom(int pool, int bytes) {
        Account account = pools.get(pool);
        return account.usedBytes + size(bytes) <= account.quotaBytes;
    }

    static long size(int bytes) {
        return bytes <= Block.MIN_BYTES ? Block.MIN_BYTES : Integer.highestOneBit(bytes - 1) * 2L;
    }

    void allocated(int pool, int bytes, long block, long regionBytes) {
        long size = size(bytes);
        assertEquals(size, Block.size(block), () -> "size for " + bytes);
        assertEquals(0, Block.offset(block) % size, "aligned to its size");
        assertTrue(Block.offset(block) + size <= regionBytes, "inside of its region");
        long start = start(block);
        Map.Entry<Long, Long> below = used.floorEntry(start);
        assertTrue(below == null || below.getValue() <= start, () -> "overlaps the block below: " + below);
        Map.Entry<Long, Long> above = used.ceilingEntry(start);
        assertTrue(above == null || above.getKey() >= start + size, () -> "overlaps the block above: " + above);
        used.put(start, start + size);
        assertFalse(indexOf.containsKey(block), "a handle that is in use");
        indexOf.put(block, live.size());
        live.add(new Held(pool, block));
        Account account = pools.get(pool);
        account.usedBytes += size;
        account.usedBlocks++;
        account.highWaterBytes = Math.max(account.highWaterBytes, account.usedBytes);
        usedBytes += size;
        highWaterBytes = Math.max(highWaterBytes, usedBytes);
        allocations++;
    }

    void freed(Held held) {
        long size = Block.size(held.block());
        assertEquals(start(held.block()) + size, used.remove(start(held.block())));
        int index = indexOf.remove(held.block());
        Held last = live.removeLast();
        if (index < live.size()) {
            live.set(index, last);
            indexOf.put(last.block(), index);
        }
        Account account = pools.get(held.pool());
        account.usedBytes -= size;
        account.usedBlocks--;
        usedBytes -= size;
        frees++;
    }

    void closed(int pool) {
        List.copyOf(live).stream().filter(held -> held.pool() == pool).forEach(this::freed);
        pools.remove(pool);
    }

    void refused(int pool) {
        pools.get(pool).refused++;
        refused++;
    }

    boolean isLive(int pool, long block) {
        Integer index = indexOf.get(block);
        return index != null && live.get(index).pool() == pool;
    }

    Held any(RandomGenerator random) {
        return live.get(random.nextInt(live.size()));
    }

    /** Whether a block of this size is free anywhere, at an offset that is a multiple of its size. */
    boolean fits(long size, long[] regionBytes) {
        for (int region = 0; region < regionBytes.length; region++) {
            for (long offset = 0; offset + size <= regionBytes[region]; offset += size) {
                long start = ((long) region << 40) + offset;
                Map.Entry<Long, Long> below = used.lowerEntry(start + size);
                if (below == null || below.getValue() <= start) {
                    return true;
                }
            }
        }
        return false;
    }

    void check(MemoryDTO dto, long mappedBytes, int regions) {
        assertEquals(regions, dto.regions);
        assertEquals(mappedBytes, dto.regionBytes);
        assertEquals(usedBytes, dto.usedBytes);
        assertEquals(live.size(), dto.usedBlocks);
        assertEquals(mappedBytes - usedBytes, dto.freeBytes);
        assertEquals(highWaterBytes, dto.highWaterBytes);
        assertEquals(allocations, dto.allocations);
        assertEquals(frees, dto.frees);
        assertEquals(refused, dto.refused);
        assertEquals(staleFrees, dto.staleFrees);
        long freeBytes = 0;
        for (int order = 0; order < dto.freeBlocks.length; order++) {
            freeBytes += dto.freeBlocks[order] * ((long) Block.MIN_BYTES << order);
        }
        assertEquals(dto.freeBytes, freeBytes, "sum of the free blocks");
        assertEquals(pools.size(), dto.pools.size());
        for (PoolDTO pool : dto.pools) {
            Account account = pools.get(pool.pool);
            assertEquals(account.quotaBytes, pool.quotaBytes);
            assertEquals(account.usedBytes, pool.usedBytes);
            assertEquals(account.usedBlocks, pool.usedBlocks);
            assertEquals(account.highWaterBytes, pool.highWaterBytes);
            assertEquals(account.refused, pool.refused);
        }
    }
}
