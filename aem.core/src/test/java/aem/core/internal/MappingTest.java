package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory of the real system. */
class MappingTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long MIB = 1 << 20;

    private static long residentKib() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(longs = {1 << 20, 2 << 20, 16 << 20})
    void shouldBeAlignedZeroAndWritable(long bytes) {
        MemorySegment region = Mapping.map(bytes);
        assertEquals(bytes, region.byteSize());
        assertEquals(0, region.address() % Math.min(bytes, 2 * MIB));
        for (long offset = 0; offset < bytes; offset += 4096) {
            assertEquals(0, region.get(ValueLayout.JAVA_LONG, offset));
            region.set(ValueLayout.JAVA_LONG, offset, ~offset);
        }
        for (long offset = 0; offset < bytes; offset += 4096) {
            assertEquals(~offset, region.get(ValueLayout.JAVA_LONG, offset));
        }
        region.set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 1);
    }

    @Test
    void shouldTakeNoMemoryBeforeItIsTouched() throws IOException {
        assumeTrue(Files.exists(STATUS), "not Linux");
        long before = residentKib();
        Mapping.map(1024 * MIB);
        long grown = residentKib() - before;
        assertTrue(grown < 256 << 10, "resident grew by " + grown + " KiB");
    }

    @Test
    void shouldSayThatThereIsNoRoom() {
        assumeTrue(Files.exists(STATUS), "not Linux");
        assertNull(Mapping.map(1L << 60));
    }

    @Test
    void shouldNotCountWhatTheSystemRefuses() {
        Map<String, Object> settings = Map.of("aem.memory.cap.bytes", String.valueOf(64 * MIB));
        Core core = new Core(CoreConfig.from(settings::get), new Reports(() -> 0, message -> {}));
        assertNull(core.mapRegion(128 * MIB));
        assertEquals(32 * MIB, core.mapRegion(32 * MIB).byteSize());
        assertEquals(32 * MIB, core.mapRegion(32 * MIB).byteSize());
        assertNull(core.mapRegion(MIB));
    }
}
