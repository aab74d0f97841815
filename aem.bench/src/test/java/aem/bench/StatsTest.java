package aem.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatsTest {
    @Test
    void medianIsTheMiddleOne() {
        assertEquals(2, Stats.median(9, 1, 2));
        assertEquals(2.5, Stats.median(4, 1, 3, 2));
        assertTrue(Double.isNaN(Stats.median()));
    }

    @Test
    void quantileIsTheSmallestValueThatEnoughDoNotExceed() {
        long[] hundred = new long[100];
        for (int i = 0; i < 100; i++) {
            hundred[i] = i + 1L;
        }
        assertEquals(50, Stats.quantile(hundred, 0.5));
        assertEquals(99, Stats.quantile(hundred, 0.99));
        assertEquals(100, Stats.quantile(hundred, 0.999));
        assertEquals(7, Stats.quantile(new long[] {7}, 0));
    }

    @Test
    void clientsLineIsReadBack() {
        assertEquals(
                Map.of(
                        "p50_us", 2.0,
                        "p99_us", 3.0,
                        "p999_us", 3.0,
                        "max_us", 3.0,
                        "mean_us", 2.0,
                        "messages_per_s", 500_000.0),
                JavaClient.figures(JavaClient.summary(new long[] {3000, 1000, 2000}, 6000)));
        assertThrows(IllegalArgumentException.class, () -> JavaClient.figures("Killed"));
    }

    @Test
    void processorsAreRanges() {
        assertEquals(List.of(0, 1, 2, 5), Machine.range("0-2,5"));
    }
}
