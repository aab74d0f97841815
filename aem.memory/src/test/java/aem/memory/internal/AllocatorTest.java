package aem.memory.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.dto.MemoryDTO;
import aem.api.memory.Allocator;
import aem.api.memory.Block;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single cases of handles, pools, quotas and the cap. */
class AllocatorTest {
    private static final int MIB = 1 << 20;

    private FakeContext context;
    private long regionBytes;
    private BuddyAllocator allocator;

    @BeforeEach
    void open() {
        open(64 * MIB, 16 * MIB);
    }

    private void open(long capBytes, long regionBytes) {
        this.regionBytes = regionBytes;
        context = new FakeContext(capBytes);
        allocator = new BuddyAllocator(context, () -> Settings.regionsOf(this.regionBytes), Pages.NONE);
        allocator.openPool(0, Long.MAX_VALUE);
        allocator.openPool(1, Long.MAX_VALUE);
    }

    @Test
    void shouldMapNothingBeforeTheFirstBlock() {
        assertEquals(0, context.requests);
        assertEquals(0, allocator.describe().regions);
        allocator.allocate(0, 1);
        assertEquals(16 * MIB, context.mappedBytes);
    }

    @Test
    void shouldTakeTheBlockThatCameBackLast() {
        long first = allocator.allocate(0, 4096);
        allocator.free(0, first);
        long second = allocator.allocate(1, 4096);
        assertEquals(Block.offset(first), Block.offset(second));
        assertNotEquals(first, second);
    }

    @Test
    void shouldFillARegionToTheLastByte() {
        open(MIB, MIB);
        for (int i = 0; i < MIB / Block.MIN_BYTES; i++) {
            assertTrue(allocator.allocate(0, 1) > 0);
        }
        assertEquals(Allocator.EXHAUSTED, allocator.allocate(0, 1));
        MemoryDTO dto = allocator.describe();
        assertEquals(0, dto.freeBytes);
        assertEquals(MIB, dto.usedBytes);
        assertEquals(1, dto.refused);
        assertEquals(1, dto.pools.getFirst().refused);
    }

    @Test
    void shouldMergeWhenTheLastHeldBlockIsInTheWay() {
        open(MIB, MIB);
        long block = allocator.allocate(0, 64);
        assertTrue(allocator.free(0, block));
        assertTrue(allocator.allocate(0, MIB) > 0, "all of the region");
        assertEquals(Allocator.EXHAUSTED, allocator.allocate(0, 64));
    }

    @Test
    void shouldUseWhatTheCapLeaves() {
        open(7 * MIB, 4 * MIB);
        for (int i = 0; i < 7; i++) {
            assertTrue(allocator.allocate(0, MIB) > 0);
        }
        assertEquals(Allocator.EXHAUSTED, allocator.allocate(0, 64));
        assertEquals(3, allocator.describe().regions, "of 4, 2 and 1 MiB");
    }

    @Test
    void shouldMapARegionOfItsOwnForABlockThatIsGreaterThanARegion() {
        open(64 * MIB, MIB);
        assertTrue(allocator.allocate(0, Block.MAX_BYTES) > 0);
        assertEquals(Block.MAX_BYTES, context.mappedBytes);
    }

    @Test
    void shouldMapRegionsOfTheSizeThatIsConfiguredNow() {
        allocator.allocate(0, Block.MAX_BYTES);
        regionBytes = 32 * MIB;
        allocator.allocate(0, 1);
        assertEquals(48 * MIB, context.mappedBytes);
    }

    @Test
    void shouldEndAtTheLastRegionIndex() {
        open(Long.MAX_VALUE, MIB);
        for (int i = 0; i < BlockMap.MAX_REGIONS; i++) {
            assertEquals(i, Block.region(allocator.allocate(0, MIB)));
        }
        assertEquals(Allocator.EXHAUSTED, allocator.allocate(0, MIB));
        assertEquals(BlockMap.MAX_REGIONS, context.requests);
        allocator.closePool(0);
        assertEquals(BlockMap.MAX_REGIONS, allocator.describe().freeBlocks[Block.orderFor(MIB)]);
    }

    @Test
    void shouldRefuseASecondFree() {
        long block = allocator.allocate(0, 100);
        assertTrue(allocator.free(0, block));
        assertRefused(0, block);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65, 4096, 1 << 20, Block.MAX_BYTES})
    void shouldRefuseAHandleWhosePlaceWasGivenToAnother(int bytes) {
        long block = allocator.allocate(0, bytes);
        allocator.free(0, block);
        long successor = allocator.allocate(0, bytes);
        assertEquals(Block.offset(block), Block.offset(successor));
        assertRefused(0, block);
        assertTrue(allocator.isLive(0, successor));
    }

    @Test
    void shouldRefuseAHandleWhosePlaceIsInsideOfAnother() {
        long low = allocator.allocate(0, 64);
        long high = allocator.allocate(0, 64);
        allocator.free(0, low);
        allocator.free(0, high);
        long both = allocator.allocate(0, Block.MAX_BYTES);
        assertEquals(0, Block.region(both));
        assertRefused(0, low);
        assertRefused(0, high);
    }

    @Test
    void shouldRefuseAForeignPool() {
        long block = allocator.allocate(0, 100);
        assertRefused(1, block);
        assertRefused(2, block);
        assertRefused(-1, block);
        assertRefused(Integer.MAX_VALUE, block);
        assertTrue(allocator.free(0, block));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldRefuseGarbage(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 1000; i++) {
            long block = allocator.allocate(random.nextInt(2), 1 + random.nextInt(1 << random.nextInt(16)));
            assertEquals(1, Block.generation(block));
        }
        MemoryDTO before = allocator.describe();
        int frees = 1_000_000;
        for (int i = 0; i < frees; i++) {
            // every other one is a likely one, but of a generation that no block has yet
            long garbage = i % 2 == 0
                    ? random.nextLong()
                    : Block.of(0, random.nextInt(1 + Block.MAX_ORDER), 2 + random.nextInt(3), random.nextInt(1 << 14));
            assertFalse(allocator.free(random.nextInt(2), garbage));
        }
        MemoryDTO after = allocator.describe();
        assertEquals(before.staleFrees + frees, after.staleFrees);
        assertEquals(before.usedBytes, after.usedBytes);
        assertArrayEquals(before.freeBlocks, after.freeBlocks);
    }

    @Test
    void shouldRefuseTheAnswersThatAreNoHandles() {
        allocator.allocate(0, 1);
        assertRefused(0, Block.NONE);
        assertRefused(0, Allocator.QUOTA);
        assertRefused(0, Allocator.EXHAUSTED);
        assertRefused(0, Long.MIN_VALUE);
        assertRefused(0, Long.MAX_VALUE);
    }

    @Test
    void shouldBeginAgainAfterTheLastGeneration() {
        long block = allocator.allocate(0, 64);
        assertEquals(1, Block.generation(block));
        for (int i = 1; i < Block.MAX_GENERATION; i++) {
            allocator.free(0, block);
            block = allocator.allocate(0, 64);
        }
        assertEquals(Block.MAX_GENERATION, Block.generation(block));
        allocator.free(0, block);
        assertEquals(1, Block.generation(allocator.allocate(0, 64)));
    }

    @Test
    void shouldCountABlocksRealSizeAgainstTheQuota() {
        allocator.openPool(2, 1024);
        long block = allocator.allocate(2, 513);
        assertTrue(block > 0);
        assertEquals(Allocator.QUOTA, allocator.allocate(2, 1));
        assertTrue(allocator.free(2, block));
        assertTrue(allocator.allocate(2, 1024) > 0);
        assertEquals(Allocator.QUOTA, allocator.allocate(2, 1));
        assertEquals(2, allocator.describe().refused);
        assertEquals(2, allocator.describe().pools.get(2).refused);
    }

    @Test
    void shouldGiveNothingToAPoolWithoutQuota() {
        allocator.openPool(2, 0);
        assertEquals(Allocator.QUOTA, allocator.allocate(2, 1));
        assertEquals(0, context.requests);
    }

    @Test
    void shouldTakeAllBlocksOfAClosedPoolBack() {
        long[] blocks = new long[10_000];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = allocator.allocate(i % 2, 1 + i % 3000);
        }
        allocator.closePool(0);
        for (int i = 0; i < blocks.length; i++) {
            assertEquals(i % 2 == 1, allocator.isLive(i % 2, blocks[i]));
        }
        assertEquals(blocks.length / 2, allocator.describe().usedBlocks);
        assertRefused(0, blocks[0]);
        allocator.openPool(0, Long.MAX_VALUE);
        assertRefused(0, blocks[0]);
        assertEquals(0, allocator.describe().pools.getFirst().highWaterBytes, "an account of its own");
        allocator.closePool(1);
        MemoryDTO dto = allocator.describe();
        assertEquals(dto.regions, dto.freeBlocks[Block.MAX_ORDER]);
        assertEquals(dto.allocations, dto.frees);
    }

    @Test
    void shouldNameTheWrongArgumentAndTheLimit() {
        assertMessage("bytes have to be 1 to 16777216: 0", () -> allocator.allocate(0, 0));
        assertMessage("bytes have to be 1 to 16777216: -1", () -> allocator.allocate(0, -1));
        assertMessage("bytes have to be 1 to 16777216: 16777217", () -> allocator.allocate(0, Block.MAX_BYTES + 1));
        assertMessage("pool is not open: 7", () -> allocator.allocate(7, 1));
        assertMessage("pool is not open: -1", () -> allocator.allocate(-1, 1));
        assertMessage("pool is not open: 7", () -> allocator.closePool(7));
        assertMessage("pool is open: 1", () -> allocator.openPool(1, 1));
        assertMessage("pool has to be 0 to 1048575: -1", () -> allocator.openPool(-1, 1));
        assertMessage("pool has to be 0 to 1048575: 1048576", () -> allocator.openPool(1 << 20, 1));
        assertMessage("quota of pool 2 is negative: -5", () -> allocator.openPool(2, -5));
    }

    @Test
    void shouldOpenManyPools() {
        for (int pool = 2; pool < 5000; pool++) {
            allocator.openPool(pool, 4096);
            assertTrue(allocator.allocate(pool, 64) > 0);
        }
        allocator.openPool(Pools.MAX_POOLS - 1, 64);
        assertTrue(allocator.allocate(Pools.MAX_POOLS - 1, 64) > 0);
        assertEquals(5001, allocator.describe().pools.size());
        assertEquals(4999, allocator.describe().usedBlocks);
    }

    private void assertRefused(int pool, long block) {
        MemoryDTO before = allocator.describe();
        assertFalse(allocator.isLive(pool, block));
        assertFalse(allocator.free(pool, block));
        MemoryDTO after = allocator.describe();
        assertEquals(before.staleFrees + 1, after.staleFrees);
        assertEquals(before.frees, after.frees);
        assertEquals(before.usedBlocks, after.usedBlocks);
        assertEquals(before.usedBytes, after.usedBytes);
    }

    private static void assertMessage(String message, Runnable call) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
