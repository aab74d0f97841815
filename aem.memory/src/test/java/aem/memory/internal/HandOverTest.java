package aem.memory.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.dto.MemoryDTO;
import aem.api.memory.Allocator;
import aem.api.memory.Block;
import aem.api.part.PartState;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One allocator hands everything over to the next. */
class HandOverTest {
    private static final long REGION_BYTES = 1 << 20;

    private final FakeContext context = new FakeContext(16 * REGION_BYTES);
    private final MemoryComponent provider = new MemoryComponent();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldKeepBlocksAndStaleHandles(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Allocator first = open();
        first.openPool(0, 8 * REGION_BYTES);
        first.openPool(5, 1 << 16);
        List<Long> live = new ArrayList<>();
        List<Long> stale = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            long block = first.allocate(0, 1 + random.nextInt(3000));
            first.region(Block.region(block)).set(ValueLayout.JAVA_LONG, Block.offset(block), block);
            live.add(block);
            if (random.nextBoolean()) {
                long freed = live.remove(random.nextInt(live.size()));
                first.free(0, freed);
                stale.add(freed);
            }
        }
        long small = first.allocate(5, 1 << 16);
        assertEquals(Allocator.QUOTA, first.allocate(5, 1));
        first.free(0, stale.getFirst());
        MemoryDTO before = first.describe();

        Allocator second = new MemoryComponent().open(context, first.suspend());

        assertSameFigures(before, second.describe());
        assertEquals(Allocator.QUOTA, second.allocate(5, 1));
        for (long block : stale) {
            assertFalse(second.isLive(0, block));
            assertFalse(second.free(0, block));
        }
        for (long block : live) {
            assertEquals(block, second.region(Block.region(block)).get(ValueLayout.JAVA_LONG, Block.offset(block)));
            assertTrue(second.free(0, block));
            assertFalse(second.free(0, block));
        }
        assertTrue(second.isLive(5, small));
        second.closePool(5);
        MemoryDTO after = second.describe();
        assertEquals(0, after.usedBytes);
        assertEquals(after.regions, after.freeBlocks[Block.orderFor((int) REGION_BYTES)]);
    }

    @Test
    void shouldHandOverAnEmptyAllocator() {
        Allocator second = provider.open(context, open().suspend());
        second.openPool(0, 64);
        assertTrue(second.allocate(0, 64) > 0);
    }

    @Test
    void shouldHandOverTheTablesThemselves() {
        Allocator first = open();
        first.openPool(0, REGION_BYTES);
        first.allocate(0, 1);
        PartState one = first.suspend();
        PartState two = provider.open(context, one).suspend();
        assertEquals("memory", one.part());
        assertEquals(2, one.version());
        assertEquals(one.values().keySet(), two.values().keySet());
        for (String name : List.of("heads", "freeCounts", "accounts")) {
            assertSame(one.values().get(name), two.values().get(name), name);
        }
        assertSame(
                one.get("nodes", List.class).getFirst(),
                two.get("nodes", List.class).getFirst());
        assertSame(
                one.get("regions", List.class).getFirst(),
                two.get("regions", List.class).getFirst());
    }

    @Test
    void shouldFailWhenCalledAfterTheHandOver() {
        Allocator first = open();
        first.openPool(0, REGION_BYTES);
        long block = first.allocate(0, 1);
        PartState state = first.suspend();
        assertThrows(NullPointerException.class, () -> first.allocate(0, 1));
        assertThrows(NullPointerException.class, () -> first.free(0, block));
        assertTrue(provider.open(context, state).free(0, block));
    }

    @Test
    void shouldRefuseAnotherVersionOrPart() {
        Map<String, Object> values = open().suspend().values();
        assertEquals(
                "can't adopt the state of memory version 1, only of memory version 2",
                refusal(new PartState("memory", 1, values)));
        assertEquals(
                "can't adopt the state of scheduler version 2, only of memory version 2",
                refusal(new PartState("scheduler", 2, values)));
    }

    @Test
    void shouldRefuseTablesThatDoNotFit() {
        Allocator first = open();
        first.openPool(0, REGION_BYTES);
        first.allocate(0, 1);
        PartState whole = first.suspend();
        for (String name : whole.values().keySet()) {
            Map<String, Object> values = new LinkedHashMap<>(whole.values());
            values.remove(name);
            refusal(new PartState("memory", 2, values));
            values.put(name, "text");
            refusal(new PartState("memory", 2, values));
            values.put(name, whole.values().get(name) instanceof List ? List.of("text") : new long[3]);
            refusal(new PartState("memory", 2, values));
        }
        Map<String, Object> values = new LinkedHashMap<>(whole.values());
        values.put("nodes", List.of(new int[12]));
        refusal(new PartState("memory", 2, values));
        assertEquals(1, provider.open(context, whole).describe().usedBlocks, "the refused ones have changed nothing");
    }

    private String refusal(PartState state) {
        return assertThrows(IllegalArgumentException.class, () -> provider.open(context, state))
                .getMessage();
    }

    private Allocator open() {
        return new BuddyAllocator(context, () -> Settings.regionsOf(REGION_BYTES), Pages.NONE);
    }

    private static void assertSameFigures(MemoryDTO one, MemoryDTO two) {
        assertEquals(one.worker, two.worker);
        assertEquals(one.regions, two.regions);
        assertEquals(one.regionBytes, two.regionBytes);
        assertEquals(one.usedBytes, two.usedBytes);
        assertEquals(one.usedBlocks, two.usedBlocks);
        assertEquals(one.freeBytes, two.freeBytes);
        assertEquals(one.highWaterBytes, two.highWaterBytes);
        assertArrayEquals(one.freeBlocks, two.freeBlocks);
        assertEquals(one.allocations, two.allocations);
        assertEquals(one.frees, two.frees);
        assertEquals(one.refused, two.refused);
        assertEquals(one.staleFrees, two.staleFrees);
        assertEquals(one.pools.size(), two.pools.size());
        for (int i = 0; i < one.pools.size(); i++) {
            assertEquals(one.pools.get(i).pool, two.pools.get(i).pool);
            assertEquals(one.pools.get(i).usedBytes, two.pools.get(i).usedBytes);
            assertEquals(one.pools.get(i).usedBlocks, two.pools.get(i).usedBlocks);
            assertEquals(one.pools.get(i).highWaterBytes, two.pools.get(i).highWaterBytes);
            assertEquals(one.pools.get(i).quotaBytes, two.pools.get(i).quotaBytes);
            assertEquals(one.pools.get(i).refused, two.pools.get(i).refused);
        }
    }
}
