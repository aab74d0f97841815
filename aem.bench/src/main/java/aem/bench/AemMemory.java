package aem.bench;

import aem.api.dto.MemoryDTO;
import aem.api.memory.Allocator;
import aem.api.memory.AllocatorContext;
import aem.api.memory.Block;
import aem.core.internal.HomeLane;
import aem.memory.internal.MemoryComponent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/** The memory bundle's own service, with an allocator for each thread, as each worker has one. */
final class AemMemory implements Memory {
    private static final long CAP_BYTES = 2L << 30;

    private final MemoryComponent component = new MemoryComponent();
    private final List<Allocator> allocators = new ArrayList<>();
    private final AtomicLong mappedBytes = new AtomicLong();

    @Override
    public synchronized Blocks blocks(int thread, int slots) {
        while (thread >= allocators.size()) {
            Allocator allocator = component.open(context(allocators.size()), null);
            allocator.openPool(0, CAP_BYTES);
            allocators.add(allocator);
        }
        return new Own(allocators.get(thread), slots);
    }

    private AllocatorContext context(int worker) {
        return new AllocatorContext() {
            @Override
            public int worker() {
                return worker;
            }

            @Override
            public MemorySegment mapRegion(long bytes) {
                return mappedBytes.addAndGet(bytes) > CAP_BYTES
                        ? null
                        : Arena.global().allocate(bytes, 4 << 10);
            }
        };
    }

    @Override
    public long footprintBytes() {
        return mappedBytes.get();
    }

    @Override
    public synchronized double externalFragmentation() {
        long freeBytes = 0;
        long smallBytes = 0;
        for (Allocator allocator : allocators) {
            MemoryDTO dto = allocator.describe();
            freeBytes += dto.freeBytes;
            for (int order = 0; order < Block.orderFor(MemoryLoad.LARGEST); order++) {
                smallBytes += dto.freeBlocks[order] * Block.MIN_BYTES << order;
            }
        }
        return freeBytes == 0 ? 0 : (double) smallBytes / freeBytes;
    }

    private static final class Own implements Blocks {
        private final Allocator allocator;
        private final long[] handles;
        private final HomeLane lane;
        private final IntConsumer free = this::free;

        Own(Allocator allocator, int slots) {
            this.allocator = allocator;
            handles = new long[slots];
            lane = new HomeLane(slots);
        }

        @Override
        public void allocate(int slot, int bytes) {
            long block = allocator.allocate(0, bytes);
            allocator.region(Block.region(block)).set(ValueLayout.JAVA_LONG, Block.offset(block), block);
            handles[slot] = block;
        }

        @Override
        public void free(int slot) {
            if (!allocator.free(0, handles[slot])) {
                throw new IllegalStateException("stale: " + handles[slot]);
            }
        }

        @Override
        public void freeForeign(int slot) {
            lane.add(slot);
        }

        @Override
        public void collect() {
            lane.drain(free);
        }
    }
}
