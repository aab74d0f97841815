package aem.memory.internal;

import aem.api.dto.PoolDTO;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The accounts of the pools, eight longs each (one cache line). A pool's number is an index here, so numbers should be
 * small; {@link #MAX_POOLS} keeps a wrong one from taking all of the Java heap.
 *
 * <p>Layout, handed over as it is (version 2): {@code quota bytes, used bytes, used blocks, high-water bytes, refused, 0,
 * 0, 0}; a pool that is not open has the quota {@link #CLOSED}, so that one comparison tells whether it has room.
 */
final class Pools {
    static final int MAX_POOLS = 1 << 20;
    static final int SHIFT = 3;

    static final long CLOSED = -1;

    private static final int QUOTA_BYTES = 0;
    private static final int USED_BYTES = 1;
    private static final int USED_BLOCKS = 2;
    private static final int HIGH_WATER_BYTES = 3;
    private static final int REFUSED = 4;
    private static final int INITIAL_POOLS = 16;

    private long[] accounts;

    Pools() {
        accounts = new long[INITIAL_POOLS << SHIFT];
        closeFrom(0);
    }

    /** Goes on with the table of a predecessor. */
    Pools(long[] accounts) {
        this.accounts = accounts;
    }

    private void closeFrom(int pool) {
        for (int at = pool << SHIFT; at < accounts.length; at += 1 << SHIFT) {
            accounts[at + QUOTA_BYTES] = CLOSED;
        }
    }

    long[] accounts() {
        return accounts;
    }

    boolean isOpen(int pool) {
        return pool >= 0 && pool < accounts.length >> SHIFT && accounts[(pool << SHIFT) + QUOTA_BYTES] != CLOSED;
    }

    void open(int pool, long quotaBytes) {
        if (pool >= accounts.length >> SHIFT) {
            int before = accounts.length >> SHIFT;
            accounts = Arrays.copyOf(accounts, Math.max(pool + 1, Math.min(MAX_POOLS, 2 * before)) << SHIFT);
            closeFrom(before);
        }
        int at = pool << SHIFT;
        Arrays.fill(accounts, at, at + (1 << SHIFT), 0);
        accounts[at + QUOTA_BYTES] = quotaBytes;
    }

    void quota(int pool, long quotaBytes) {
        accounts[(pool << SHIFT) + QUOTA_BYTES] = quotaBytes;
    }

    void close(int pool) {
        accounts[(pool << SHIFT) + QUOTA_BYTES] = CLOSED;
    }

    /** False for a pool that is not open too. */
    boolean hasRoom(int pool, long bytes) {
        int at = pool << SHIFT;
        return pool >= 0
                && pool < accounts.length >> SHIFT
                && bytes <= accounts[at + QUOTA_BYTES] - accounts[at + USED_BYTES];
    }

    void refuse(int pool) {
        accounts[(pool << SHIFT) + REFUSED]++;
    }

    void add(int pool, long bytes) {
        int at = pool << SHIFT;
        long used = accounts[at + USED_BYTES] + bytes;
        accounts[at + USED_BYTES] = used;
        accounts[at + USED_BLOCKS]++;
        if (used > accounts[at + HIGH_WATER_BYTES]) {
            accounts[at + HIGH_WATER_BYTES] = used;
        }
    }

    void remove(int pool, long bytes) {
        int at = pool << SHIFT;
        accounts[at + USED_BYTES] -= bytes;
        accounts[at + USED_BLOCKS]--;
    }

    long usedBlocks(int pool) {
        return accounts[(pool << SHIFT) + USED_BLOCKS];
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
