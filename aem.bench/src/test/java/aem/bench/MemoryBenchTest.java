package aem.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.bench.Bench.Failure;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Short runs: that everything is measured, not how fast it is. */
class MemoryBenchTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @ParameterizedTest
    // Netty is in the bench's jar only
    @EnumSource(names = {"AEM", "MALLOC", "ARENA"})
    void everyAllocatorDoesEveryLoad(MemoryRival rival) throws InterruptedException {
        var run = new MemoryRun(rival, 1_000_000);
        for (MemoryLoad load : MemoryLoad.all()) {
            if (!load.foreign() || rival.crossesThreads()) {
                Map<String, Double> figures = JavaClient.figures(run.measure(load));
                assertTrue(figures.get("cpu_ns") > 0, load + ": " + figures);
                assertTrue(figures.get("footprint_bytes") >= 0, load + ": " + figures);
                assertEquals(load.live() > 0, figures.get("live_bytes") > 0, load + ": " + figures);
            }
        }
    }

    @Test
    void everyRoundIsAJvmOfItsOwnAndHasEveryLoad() throws Exception {
        MemoryOptions options = MemoryOptions.parse("--rounds", "2", "--millis", "1", "--allocators", "arena,aem");
        Results results = MemoryBench.measure(ROOT, options, LocalDateTime.now(ZoneId.systemDefault()));
        List<String> lines =
                results.csv().lines().filter(l -> !l.startsWith("#")).toList();
        assertEquals(
                "threads,live,bytes,foreign,round,server,cpu_ns", lines.get(0).substring(0, 46));
        assertEquals(1 + 2 * (14 + 12), lines.size());
        assertEquals(
                2 * 14,
                lines.stream().filter(l -> l.split(",")[5].equals("aem")).count());
    }

    @Test
    void sizesAreTheSameForEverybodyAndOfEveryClass() {
        int[] sizes = MemoryLoad.sizes(20_000, 1);
        assertTrue(Arrays.equals(sizes, MemoryLoad.sizes(20_000, 1)));
        Map<Integer, Long> byOrder = Arrays.stream(sizes)
                .boxed()
                .collect(Collectors.groupingBy(Integer::highestOneBit, Collectors.counting()));
        assertEquals(new ArrayList<>(List.of(16, 64 << 10)), List.of(least(byOrder), most(sizes)));
        assertTrue(Arrays.stream(sizes).allMatch(s -> s >= 16 && s <= MemoryLoad.LARGEST));
    }

    private static int least(Map<Integer, Long> byOrder) {
        return byOrder.keySet().stream().mapToInt(i -> i).min().orElseThrow();
    }

    private static int most(int... sizes) {
        return Integer.highestOneBit(Arrays.stream(sizes).max().orElseThrow()) * 2;
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rounds 0", "--millis x", "--allocators jemalloc", "--size 64", "--rounds"})
    void whatCantBeIsSaid(String line) {
        Failure failure = assertThrows(Failure.class, () -> MemoryOptions.parse(line.split(" ")));
        assertTrue(
                failure.getMessage().contains(line.split(" ")[line.contains("jemalloc") ? 1 : 0]), failure::getMessage);
    }
}
