package aem.memory.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.memory.Allocator;
import aem.api.memory.Block;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layout of a handle. */
class BlockTest {
    private static final int UNITS = 1 << 27;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldUnpackWhatWasPacked(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 1_000_000; i++) {
            check(
                    random.nextInt(256),
                    random.nextInt(Block.MAX_ORDER + 1),
                    random.nextInt(1, Block.MAX_GENERATION + 1),
                    random.nextInt(UNITS));
        }
    }

    @Test
    void shouldUnpackTheLimits() {
        for (int region : new int[] {0, 1, 127, 128, 255}) {
            for (int order : new int[] {0, 1, Block.MAX_ORDER}) {
                for (int generation : new int[] {1, 2, Block.MAX_GENERATION}) {
                    for (int unit : new int[] {0, 1, UNITS - 1}) {
                        check(region, order, generation, unit);
                    }
                }
            }
        }
    }

    @Test
    void shouldFindTheSmallestOrderThatFits() {
        for (int bytes = 1; bytes <= Block.MAX_BYTES; bytes += 1 + bytes / 977) {
            checkOrderFor(bytes);
        }
        for (int order = 0; order < Block.MAX_ORDER; order++) {
            int size = Block.MIN_BYTES << order;
            assertEquals(order, Block.orderFor(size));
            assertEquals(order + 1, Block.orderFor(size + 1));
        }
        assertEquals(Block.MAX_ORDER, Block.orderFor(Block.MAX_BYTES));
    }

    private static void checkOrderFor(int bytes) {
        int order = Block.orderFor(bytes);
        assertTrue(Block.MIN_BYTES << order >= bytes, () -> "too small for " + bytes);
        assertTrue(order == 0 || Block.MIN_BYTES << order - 1 < bytes, () -> "too great for " + bytes);
    }

    private static void check(int region, int order, int generation, int unit) {
        long block = Block.of(region, order, generation, unit);
        assertEquals(region, Block.region(block));
        assertEquals(order, Block.order(block));
        assertEquals(generation, Block.generation(block));
        assertEquals(unit, Block.unit(block));
        assertEquals((long) unit * Block.MIN_BYTES, Block.offset(block));
        assertEquals(Block.MIN_BYTES << order, Block.size(block));
        assertNotEquals(Block.NONE, block);
        assertNotEquals(Allocator.QUOTA, block);
        assertNotEquals(Allocator.EXHAUSTED, block);
    }
}
