package aem.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import aem.api.Durations;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class UnitsTest {
    @Test
    void shouldPrintDurationsInTheUnitThatFits() {
        assertEquals("0ns", Units.duration(0));
        assertEquals("999ns", Units.duration(999));
        assertEquals("20us", Units.duration(20_000));
        assertEquals("3ms", Units.duration(3_000_000));
        assertEquals("1.5s", Units.duration(1_500_000_000));
        assertEquals("1.25ms", Units.duration(1_250_000));
        assertEquals("1.5m", Units.duration(90_000_000_000L));
        assertEquals("200h", Units.duration(720_000_000_000_000L));
        assertEquals("-3ms", Units.duration(-3_000_000));
    }

    @Test
    void shouldCarryWhatIsRoundedUpIntoTheNextUnit() {
        assertEquals("1ms", Units.duration(999_999));
        assertEquals("1s", Units.duration(999_999_999));
        assertEquals("1m", Units.duration(59_999_999_999L));
        assertEquals("1MiB", Units.bytes((1 << 20) - 1));
    }

    @Test
    void shouldPrintDurationsThatTheApiReads() {
        for (long ns = 1; ns < Long.MAX_VALUE / 16; ns = ns * 7 + 3) {
            long read = Durations.parse(Units.duration(ns)).toNanos();
            assertEquals((double) ns, (double) read, ns * 0.01, Units.duration(ns));
        }
    }

    @Test
    void shouldPrintBytesInBinaryUnits() {
        assertEquals("0B", Units.bytes(0));
        assertEquals("64B", Units.bytes(64));
        assertEquals("1023B", Units.bytes(1023));
        assertEquals("1.5KiB", Units.bytes(1536));
        assertEquals("16MiB", Units.bytes(16 << 20));
        assertEquals("1GiB", Units.bytes(1L << 30));
        assertEquals("8388608TiB", Units.bytes(Long.MAX_VALUE));
        assertEquals("-8388608TiB", Units.bytes(Long.MIN_VALUE));
    }

    @Test
    void shouldLeaveOutLimitsThatDoNotLimit() {
        assertEquals("3/10", Units.ofLimit("3", "10", 10));
        assertEquals("3", Units.ofLimit("3", "", Long.MAX_VALUE));
    }

    @Test
    void shouldPrintTimesInTheGivenZone() {
        assertEquals("1970-01-02 00:00:01", Units.dateTime(86_401_000, ZoneOffset.UTC));
    }
}
