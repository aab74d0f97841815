package aem.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The trace itself, and a short run of it. */
class TelecomTraceTest {
    private static final long OPERATIONS = 3_000_000;

    /** Checks that each slot is freed before it is used again. */
    private static final class Checked implements Blocks {
        final BitSet used = new BitSet();
        final List<Integer> sizes = new ArrayList<>();
        int most;

        @Override
        public void allocate(int slot, int bytes) {
            assertTrue(bytes > 0 && bytes <= 1 << 20);
            assertTrue(!used.get(slot));
            used.set(slot);
            most = Math.max(most, used.cardinality());
            if (sizes.size() < 100_000) {
                sizes.add(bytes);
            }
        }

        @Override
        public void free(int slot) {
            assertTrue(used.get(slot));
            used.clear(slot);
        }

        @Override
        public void freeForeign(int slot) {
            throw new AssertionError();
        }
    }

    @Test
    void shouldBeTheSameEachTimeWithTidesAndAnEnd() {
        var one = new Checked();
        var trace = new TelecomTrace(one, 2_000_000);
        trace.runTo(1_000_000);
        int high = one.used.cardinality();
        trace.runTo(2_000_000);
        int low = one.used.cardinality();
        assertTrue(high > 3 * low, "high " + high + ", low " + low);
        trace.runTo(4_000_000);
        assertTrue(trace.operations() >= 4_000_000);
        assertTrue(one.sizes.stream().anyMatch(size -> size < 64));
        assertTrue(one.sizes.stream().anyMatch(size -> size > 100_000));
        trace.finish();
        assertEquals(0, one.used.cardinality());
        assertEquals(0, trace.liveBytes());
        var two = new Checked();
        new TelecomTrace(two, 2_000_000).runTo(4_000_000);
        assertEquals(one.sizes, two.sizes);
    }

    @Test
    void footprintShouldStayFlat() {
        Map<String, Double> figures = JavaClient.figures(MemoryTrace.run(MemoryRival.AEM.open(), OPERATIONS));
        assertTrue(figures.get("live_kib") > 10_000, figures::toString);
        assertTrue(figures.get("part_10_kib") >= figures.get("live_kib"), figures::toString);
        for (int part = 3; part <= MemoryTrace.PARTS; part++) {
            assertEquals(figures.get("part_3_kib"), figures.get("part_" + part + "_kib"), figures::toString);
        }
        assertEquals(1, figures.get("growth"));
    }
}
