package aem.core.internal;

import aem.api.dto.MemoryDTO;
import aem.api.memory.Allocator;
import aem.api.memory.AllocatorContext;
import aem.api.memory.Block;
import aem.api.memory.MemoryProvider;
import aem.api.part.PartState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A memory provider that counts. A block that comes back is overwritten at once, so whoever still reads it sees it. Its
 * tables outlive it, as the core's do.
 */
final class FakeMemory implements MemoryProvider {
    private static final int REGION_BYTES = 1 << 20;
    private static final byte FREED = (byte) 0xdd;

    /** What is handed over. */
    static final class Tables {
        final List<MemorySegment> regions = new ArrayList<>();
        final Map<Integer, ArrayDeque<Long>> free = new HashMap<>();
        final Map<Long, Integer> live = new HashMap<>();
        final Map<Integer, Long> quotas = new HashMap<>();
        final Map<Integer, Long> used = new HashMap<>();
        int usedUnits;
    }

    private final List<Tables> tables;
    private final int version;
    /** Set by the test: nothing is left. */
    static final class Cap {
        volatile boolean exhausted;
    }

    final Cap cap = new Cap();

    FakeMemory(List<Tables> tables, int version) {
        this.tables = tables;
        this.version = version;
    }

    @Override
    public Allocator open(AllocatorContext context, PartState adopted) {
        if (adopted != null && adopted.version() != version) {
            throw new IllegalArgumentException("version " + adopted.version() + " can't be adopted");
        }
        return new Counting(tables.get(context.worker()));
    }

    private final class Counting implements Allocator {
        private final Tables own;

        Counting(Tables own) {
            this.own = own;
        }

        @Override
        public void openPool(int pool, long quotaBytes) {
            if (own.quotas.putIfAbsent(pool, quotaBytes) != null) {
                throw new IllegalArgumentException("pool is open: " + pool);
            }
            own.used.put(pool, 0L);
        }

        @Override
        public void quota(int pool, long quotaBytes) {
            if (own.quotas.replace(pool, quotaBytes) == null) {
                throw new IllegalArgumentException("pool is not open: " + pool);
            }
        }

        @Override
        public void closePool(int pool) {
            if (own.quotas.remove(pool) == null) {
                throw new IllegalArgumentException("pool is not open: " + pool);
            }
            own.used.remove(pool);
            List<Long> left = new ArrayList<>();
            own.live.forEach((block, of) -> {
                if (of == pool) {
                    left.add(block);
                }
            });
            left.forEach(this::reclaim);
        }

        @Override
        public long allocate(int pool, int bytes) {
            int order = Block.orderFor(bytes);
            long size = (long) Block.MIN_BYTES << order;
            if (own.used.get(pool) + size > own.quotas.get(pool)) {
                return QUOTA;
            }
            if (cap.exhausted) {
                return EXHAUSTED;
            }
            long block = take(order);
            own.live.put(block, pool);
            own.used.merge(pool, size, Long::sum);
            return block;
        }

        private long take(int order) {
            ArrayDeque<Long> free = own.free.get(order);
            if (free != null && !free.isEmpty()) {
                long old = free.poll();
                return Block.of(Block.region(old), order, Block.generation(old) + 1, Block.unit(old));
            }
            int units = 1 << order;
            int perRegion = REGION_BYTES >> Block.MIN_SHIFT;
            if (own.regions.isEmpty() || own.usedUnits + units > perRegion) {
                own.regions.add(Arena.ofAuto().allocate(REGION_BYTES, 64));
                own.usedUnits = 0;
            }
            long block = Block.of(own.regions.size() - 1, order, 1, own.usedUnits);
            own.usedUnits += units;
            return block;
        }

        @Override
        public boolean free(int pool, long block) {
            if (!isLive(pool, block)) {
                return false;
            }
            own.used.merge(pool, -(long) Block.size(block), Long::sum);
            reclaim(block);
            return true;
        }

        private void reclaim(long block) {
            own.live.remove(block);
            own.regions
                    .get(Block.region(block))
                    .asSlice(Block.offset(block), Block.size(block))
                    .fill(FREED);
            own.free
                    .computeIfAbsent(Block.order(block), order -> new ArrayDeque<>())
                    .add(block);
        }

        @Override
        public boolean isLive(int pool, long block) {
            return own.live.getOrDefault(block, -1) == pool;
        }

        @Override
        public long usedBytes() {
            return own.used.values().stream().mapToLong(Long::longValue).sum();
        }

        @Override
        public long regionBytes() {
            return (long) own.regions.size() * REGION_BYTES;
        }

        @Override
        public MemorySegment region(int index) {
            return own.regions.get(index);
        }

        @Override
        public MemoryDTO describe() {
            return new MemoryDTO();
        }

        @Override
        public PartState suspend() {
            return new PartState("memory", version, Map.of("pools", own.quotas.size()));
        }
    }
}
