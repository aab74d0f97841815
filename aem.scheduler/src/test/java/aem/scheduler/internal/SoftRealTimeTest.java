package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SoftRealTimeTest {
    @Test
    void shouldSumPrioritiesOfActivatedEvents() {
        assertEquals(3 * 2 + 7, SoftRealTime.srtPriority(new int[] {3, 0, 1}, new int[] {2, 100, 7}));
        assertEquals(12, SoftRealTime.weight(5, 7));
    }

    @Test
    void shouldDivideTheLoadByHzAndTasks() {
        assertEquals(10, SoftRealTime.load(4000, 100, 4));
        assertEquals(40, SoftRealTime.load(4000, 100, 0));
    }

    @Test
    void shouldNeverLetTheBaseFallBelowZero() {
        assertEquals(1000, SoftRealTime.srtBase(1000, 0));
        assertEquals(400, SoftRealTime.srtBase(1000, SoftRealTime.calcDecay(300, 2)));
        assertEquals(0, SoftRealTime.srtBase(1000, 1e18));
    }

    @Test
    void shouldGrantTheLargestQuantumFromCsteOn() {
        assertEquals(20_000_000, SoftRealTime.timeSliceNs(1000, 1000, 20_000_000));
        assertEquals(20_000_000, SoftRealTime.timeSliceNs(Long.MAX_VALUE, 1000, 20_000_000));
        assertEquals(20_000, SoftRealTime.timeSliceNs(1, 1000, 20_000_000));
        assertEquals(0, SoftRealTime.timeSliceNs(0, 1000, 20_000_000));
    }

    @Test
    void shouldConserveTheOrderOfPriorities() {
        for (long base = 0; base < 2000; base += 100) {
            assertTrue(SoftRealTime.weight(base, 3) < SoftRealTime.weight(base, 4));
        }
    }
}
