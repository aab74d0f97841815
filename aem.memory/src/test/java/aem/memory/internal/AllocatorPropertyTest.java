package aem.memory.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.dto.MemoryDTO;
import aem.api.memory.Allocator;
import aem.api.memory.Block;
import aem.api.part.PartState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random operations against a {@link Model}, over seeds and geometries. */
class AllocatorPropertyTest {
    private static final int OPERATIONS = 500_000;
    private static final int CHECK_INTERVAL = 10_000;
    private static final int REMEMBERED = 1024;
    private static final long MIB = 1 << 20;

    private final long[] stale = new long[REMEMBERED];
    private final Model model = new Model();
    private RandomGenerator random;
    private FakeContext context;
    private BuddyAllocator allocator;
    private long regionBytes;
    private int poolCount;
    private int maxOrder;
    private int maxLive;
    private int exhausted;

    @ParameterizedTest(name = "seed {0}, {1} MiB regions, cap {2} MiB, {3} pools, orders to {4}, {5} blocks")
    @CsvSource({
        "1,  1,  1, 1,  4, 20000",
        "2,  1,  3, 3, 14,  3000",
        "3,  1,  7, 2,  6, 60000",
        "4,  2, 40, 5, 18,   200",
        "5, 16, 16, 2, 18,   100",
        "6, 16, 48, 8, 12,  5000",
        "7, 16, 33, 4, 18,    50",
        "8, 32, 64, 4, 18,    60",
        "9, 64, 64, 3, 16,   400",
        "10, 4, 12, 3,  0, 30000",
        "11, 8, 100, 16, 10, 8000",
        "12, 1, 100, 4, 18,   30",
    })
    void shouldBehaveAsTheModel(long seed, int regionMiB, int capMiB, int pools, int maxOrder, int maxLive) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        context = new FakeContext(capMiB * MIB);
        regionBytes = regionMiB * MIB;
        poolCount = pools;
        this.maxOrder = maxOrder;
        this.maxLive = maxLive;
        allocator = new BuddyAllocator(context, this::settings, new Wiped());
        for (int pool = 0; pool < pools; pool++) {
            openPool(pool);
        }
        for (int i = 1; i <= OPERATIONS; i++) {
            operate();
            if (i % CHECK_INTERVAL == 0) {
                check();
            }
        }
        end();
    }

    /** So small a soft limit that empty regions go back and forth. */
    private Settings settings() {
        return new Settings(regionBytes, false, false, false, context.capBytes / 4);
    }

    /** A system that wipes what it gets, so that it is seen if somebody still had it. */
    private final class Wiped implements Pages {
        @Override
        public boolean huge(MemorySegment segment) {
            return false;
        }

        @Override
        public boolean lock(MemorySegment segment) {
            return false;
        }

        @Override
        public boolean giveBack(MemorySegment segment) {
            if (random.nextInt(10) == 0) {
                return false;
            }
            for (long page = 0; page < segment.byteSize(); page += 4096) {
                segment.set(ValueLayout.JAVA_LONG, page, 0xdd);
                segment.set(ValueLayout.JAVA_LONG, page + 4096 - 8, 0xdd);
            }
            return true;
        }
    }

    private void operate() {
        int kind = random.nextInt(1000);
        // a tide, so that the allocator runs full and empty again and again
        boolean flood = (model.allocations + model.frees) / Math.max(100, maxLive) % 4 < 3;
        if (kind < 900) {
            if (model.live.isEmpty() || model.live.size() < maxLive && random.nextInt(100) < (flood ? 65 : 20)) {
                allocate();
            } else {
                free();
            }
        } else if (kind < 999) {
            abuse();
        } else if (random.nextInt(20) == 0) {
            int pool = random.nextInt(poolCount);
            allocator.closePool(pool);
            model.closed(pool);
            openPool(pool);
        }
    }

    private void openPool(int pool) {
        // half of the pools can't fill the memory, the others can
        long quota = random.nextBoolean() ? context.capBytes / 4 + random.nextLong(context.capBytes) : Long.MAX_VALUE;
        allocator.openPool(pool, quota);
        model.pools.put(pool, new Model.Account(quota));
    }

    private void allocate() {
        int pool = random.nextInt(poolCount);
        int limit = Block.MIN_BYTES << random.nextInt(maxOrder + 1);
        int bytes = random.nextInt(4) == 0 ? limit : 1 + random.nextInt(limit);
        long block = allocator.allocate(pool, bytes);
        if (!model.hasRoom(pool, bytes)) {
            assertEquals(Allocator.QUOTA, block);
            model.refused(pool);
        } else if (block == Allocator.EXHAUSTED) {
            model.refused(pool);
            long least = Math.max(MIB, Model.size(bytes));
            assertTrue(context.mappedBytes + least > context.capBytes, "there was room below the cap");
            // the check looks at each place where the block could stand, so not each time
            if (exhausted++ % 100 == 0) {
                assertFalse(model.fits(Model.size(bytes), regionSizes()), () -> bytes + " bytes would have fitted");
            }
        } else {
            assertTrue(block != Allocator.QUOTA, "the quota has room");
            model.allocated(
                    pool, bytes, block, context.mapped.get(Block.region(block)).byteSize());
            MemorySegment bytesOf = segment(block);
            bytesOf.set(ValueLayout.JAVA_LONG, 0, block);
            bytesOf.set(ValueLayout.JAVA_LONG, bytesOf.byteSize() - 8, ~block);
        }
    }

    private void free() {
        Model.Held held = model.any(random);
        MemorySegment bytesOf = segment(held.block());
        assertEquals(held.block(), bytesOf.get(ValueLayout.JAVA_LONG, 0), "first bytes");
        assertEquals(~held.block(), bytesOf.get(ValueLayout.JAVA_LONG, bytesOf.byteSize() - 8), "last bytes");
        assertTrue(allocator.isLive(held.pool(), held.block()));
        assertTrue(allocator.free(held.pool(), held.block()));
        model.freed(held);
        stale[random.nextInt(REMEMBERED)] = held.block();
    }

    /** Frees what must not be freed. */
    private void abuse() {
        int pool = random.nextInt(-2, poolCount + 2);
        long block = stale[random.nextInt(REMEMBERED)];
        switch (random.nextInt(4)) {
            case 0 -> block = random.nextLong();
            case 1 -> block = nearMiss();
            case 2 -> block = model.live.isEmpty() ? 0 : model.any(random).block();
            default -> {
                // a stale one
            }
        }
        boolean live = model.isLive(pool, block);
        assertEquals(live, allocator.isLive(pool, block));
        if (!live) {
            assertFalse(allocator.free(pool, block));
            model.staleFrees++;
        }
    }

    /** A live block's handle with one bit flipped. */
    private long nearMiss() {
        return model.live.isEmpty() ? -1 : model.any(random).block() ^ 1L << random.nextInt(64);
    }

    private void check() {
        if (random.nextBoolean()) {
            PartState state = allocator.suspend();
            Tables.check(state);
            allocator = new BuddyAllocator(context, this::settings, new Wiped(), AllocatorState.from(state));
        }
        model.check(allocator.describe(), context.mappedBytes, context.mapped.size());
        for (int region = 0; region < context.mapped.size(); region++) {
            assertSame(context.mapped.get(region), allocator.region(region));
        }
    }

    private void end() {
        while (!model.live.isEmpty()) {
            free();
        }
        MemoryDTO dto = allocator.describe();
        model.check(dto, context.mappedBytes, context.mapped.size());
        long[] whole = new long[Block.MAX_ORDER + 1];
        for (long bytes : regionSizes()) {
            int order = Block.orderFor((int) Math.min(bytes, Block.MAX_BYTES));
            whole[order] += bytes / ((long) Block.MIN_BYTES << order);
        }
        assertArrayEquals(whole, dto.freeBlocks, "merged to whole regions");
        Tables.check(allocator.suspend());
    }

    private MemorySegment segment(long block) {
        return allocator.region(Block.region(block)).asSlice(Block.offset(block), Block.size(block));
    }

    private long[] regionSizes() {
        return context.mapped.stream().mapToLong(MemorySegment::byteSize).toArray();
    }
}
