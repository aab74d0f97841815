package aem.memory.internal;

import static aem.memory.internal.BlockMap.NONE;

import aem.api.dto.PoolDTO;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The accounts of the pools, eight longs each (one cache line), and each pool's list of its blocks. A pool's number is an
 * index here, so numbers should be small; {@link #MAX_POOLS} keeps a wrong one from taking all of the Java heap.
 *
 * <p>Layout, handed over as it is (version 1): {@code open, quota bytes, used bytes, used blocks, high-water bytes,
 * refused, first block, 0}.
 */
final class Pools {
    static final int MAX_POOLS = 1 << 20;
    static final int SHIFT = 3;

    private static final int OPEN = 0;
    private static final int QUOTA_BYTES = 1;
    private static final int USED_BYTES = 2;
    private static final int USED_BLOCKS = 3;
    private static final int HIGH_WATER_BYTES = 4;
    private static final int REFUSED = 5;
    private static final int FIRST = 6;
    private static final int INITIAL_POOLS = 16;

    private final BlockMap map;
    private long[] accounts;

    Pools(BlockMap map) {
        this(map, new long[INITIAL_POOLS << SHIFT]);
    }

    /** Goes on with the table of a predecessor. */
    Pools(BlockMap map, long[] accounts) {
        this.map = map;
        this.accounts = accounts;
    }

    long[] accounts() {
        return accounts;
    }

    boolean isOpen(int pool) {
        return pool >= 0 && pool < accounts.length >> SHIFT && accounts[(pool << SHIFT) + OPEN] != 0;
    }

    void open(int pool, long quotaBytes) {
        if (pool >= accounts.length >> SHIFT) {
            int grown = Math.max(pool + 1, Math.min(MAX_POOLS, 2 * (accounts.length >> SHIFT)));
            accounts = Arrays.copyOf(accounts, grown << SHIFT);
        }
        int at = pool << SHIFT;
        Arrays.fill(accounts, at, at + (1 << SHIFT), 0);
        accounts[at + OPEN] = 1;
        accounts[at + QUOTA_BYTES] = quotaBytes;
        accounts[at + FIRST] = NONE;
    }

    void close(int pool) {
        accounts[(pool << SHIFT) + OPEN] = 0;
    }

    boolean hasRoom(int pool, long bytes) {
        int at = pool << SHIFT;
        return bytes <= accounts[at + QUOTA_BYTES] - accounts[at + USED_BYTES];
    }

    void refuse(int pool) {
        accounts[(pool << SHIFT) + REFUSED]++;
    }

    void add(int pool, int id, long bytes) {
        int at = pool << SHIFT;
        long used = accounts[at + USED_BYTES] + bytes;
        accounts[at + USED_BYTES] = used;
        accounts[at + USED_BLOCKS]++;
        if (used > accounts[at + HIGH_WATER_BYTES]) {
            accounts[at + HIGH_WATER_BYTES] = used;
        }
        accounts[at + FIRST] = map.push(id, (int) accounts[at + FIRST]);
    }

    void remove(int pool, int id, long bytes) {
        int at = pool << SHIFT;
        accounts[at + USED_BYTES] -= bytes;
        accounts[at + USED_BLOCKS]--;
        accounts[at + FIRST] = map.unlink(id, (int) accounts[at + FIRST]);
    }

    /** The pool's block that it took last, or NONE. */
    int first(int pool) {
        return (int) accounts[(pool << SHIFT) + FIRST];
    }

    List<PoolDTO> describe() {
        List<PoolDTO> list = new ArrayList<>();
        for (int pool = 0; pool < accounts.length >> SHIFT; pool++) {
            if (isOpen(pool)) {
                int at = pool << SHIFT;
                PoolDTO dto = new PoolDTO();
                dto.pool = pool;
                dto.usedBytes = accounts[at + USED_BYTES];
                dto.usedBlocks = accounts[at + USED_BLOCKS];
                dto.quotaBytes = accounts[at + QUOTA_BYTES];
                dto.highWaterBytes = accounts[at + HIGH_WATER_BYTES];
                dto.refused = accounts[at + REFUSED];
                list.add(dto);
            }
        }
        return list;
    }
}
