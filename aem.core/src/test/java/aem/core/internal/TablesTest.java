package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Slots, the tree, the reports and the settings. */
class TablesTest {
    @Test
    void shouldReuseASlotOnlyAfterRecycling() {
        Slots slots = new Slots();
        assertEquals(0, slots.take());
        assertEquals(1, slots.take());
        slots.retire(0);
        assertEquals(2, slots.take());
        slots.recycle();
        assertEquals(0, slots.take());
        assertEquals(3, slots.take());
        assertEquals(4, slots.bound());
    }

    @Test
    void shouldNeverHandOutASlotTwice() {
        Slots slots = new Slots();
        Random random = new Random(7);
        Set<Integer> taken = new HashSet<>();
        Set<Integer> retired = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    slots.recycle();
                    retired.clear();
                }
                case 1, 2, 3 -> {
                    if (!taken.isEmpty()) {
                        int slot = taken.iterator().next();
                        taken.remove(slot);
                        retired.add(slot);
                        slots.retire(slot);
                    }
                }
                default -> {
                    int slot = slots.take();
                    assertFalse(retired.contains(slot), "slot " + slot + " before recycling");
                    assertTrue(taken.add(slot), "slot " + slot + " twice");
                }
            }
        }
    }

    private static final class Leaf extends Node {}

    private static List<Node> children(Node node) {
        List<Node> list = new ArrayList<>();
        for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
            list.add(child);
        }
        return list;
    }

    @Test
    void shouldKeepChildrenInOrderAndHandThemToTheParent() {
        Leaf root = new Leaf();
        Leaf a = new Leaf();
        Leaf b = new Leaf();
        Leaf c = new Leaf();
        Leaf b1 = new Leaf();
        Leaf b2 = new Leaf();
        for (Leaf leaf : List.of(a, b, c)) {
            leaf.linkUnder(root);
        }
        b1.linkUnder(b);
        b2.linkUnder(b);
        assertEquals(List.of(a, b, c), children(root));
        b.unlinkLeavingChildren();
        assertEquals(List.of(a, c, b1, b2), children(root));
        assertNull(b.above());
        assertNull(b.firstChild());
        a.unlink();
        a.unlink();
        b2.unlink();
        assertEquals(List.of(c, b1), children(root));
        b.unlinkLeavingChildren();
        assertEquals(List.of(c, b1), children(root));
    }

    @Test
    void shouldCountADistinctReportAndLogItOnceASecond() {
        long[] nowMs = {5_000};
        List<String> logged = new ArrayList<>();
        Reports reports = new Reports(() -> nowMs[0], logged::add);
        reports.add("a");
        reports.add("a");
        nowMs[0] += 999;
        reports.add("a");
        assertEquals(List.of("a"), logged);
        nowMs[0] += 1;
        reports.add("a");
        assertEquals(List.of("a", "a"), logged);
        reports.add("b", new IllegalStateException("why"));
        assertEquals(2, reports.list().size());
        var a = reports.list().stream()
                .filter(r -> r.message.equals("a"))
                .findFirst()
                .orElseThrow();
        assertEquals(4, a.count);
        assertEquals(5_000, a.firstMs);
        assertEquals(6_000, a.lastMs);
        assertTrue(logged.get(2).startsWith("b: java.lang.IllegalStateException: why at "), logged.get(2));
    }

    @Test
    void shouldKeepABoundedNumberOfReports() {
        Reports reports = new Reports(() -> 0, message -> {});
        for (int i = 0; i < 10_000; i++) {
            reports.add("message " + i);
        }
        assertEquals(256, reports.list().size());
        assertTrue(reports.list().stream().anyMatch(r -> r.message.equals("message 9999")));
    }

    @Test
    void shouldHaveDefaultsAndTakeWhatIsSet() {
        CoreConfig defaults = CoreConfig.from(name -> null);
        assertEquals(Runtime.getRuntime().availableProcessors(), defaults.workers());
        assertEquals(Duration.ofSeconds(10), defaults.linger());
        Map<String, Object> set = Map.of("aem.workers", "3", "aem.linger", "250ms", "aem.unsent.limit.bytes", 4096);
        CoreConfig config = CoreConfig.from(set::get);
        assertEquals(3, config.workers());
        assertEquals(Duration.ofMillis(250), config.linger());
        assertEquals(4096, config.unsentLimitBytes());
        assertNotEquals(defaults, config);
    }

    @Test
    void shouldRefuseWrongSettingsWithNameValueAndLimit() {
        var number = assertThrows(
                IllegalArgumentException.class, () -> CoreConfig.from(Map.<String, Object>of("aem.workers", "0")::get));
        assertEquals("aem.workers must be a number from 1 to 256: 0", number.getMessage());
        var text = assertThrows(
                IllegalArgumentException.class, () -> CoreConfig.from(Map.<String, Object>of("aem.workers", "x")::get));
        assertEquals("aem.workers must be a number from 1 to 256: x", text.getMessage());
        var duration = assertThrows(
                IllegalArgumentException.class, () -> CoreConfig.from(Map.<String, Object>of("aem.linger", "5")::get));
        assertEquals("aem.linger: a duration is a number and one of ns, us, ms, s, m, h: 5", duration.getMessage());
    }
}
