package aem.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.bench.Bench.Failure;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Short runs: that everything is measured, not how fast it is. */
class WheelBenchTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @ParameterizedTest
    // Netty is in the bench's jar only
    @EnumSource(names = {"AEM", "EXECUTOR"})
    void everyKindStartsCancelsAndFires(WheelRival rival) throws Exception {
        try (Timers timers = rival.open()) {
            Map<String, Double> figures = JavaClient.figures(new WheelRun(timers, 500).measure(2_000));
            assertTrue(figures.get("cancel_ns") > 0, figures.toString());
            assertTrue(figures.get("fire_ns") > 0, figures.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AEM", "EXECUTOR"})
    void whatIsCancelledDoesNotExpire(WheelRival rival) throws Exception {
        try (Timers timers = rival.open()) {
            timers.slots(3);
            timers.start(0, 1_000_000);
            timers.start(1, 30_000_000);
            timers.start(2, 2_000_000);
            timers.cancel(1);
            timers.awaitExpired(2);
            timers.start(1, 0);
            timers.awaitExpired(3);
        }
    }

    @Test
    void everyRoundHasEveryRivalAndNumber() throws Exception {
        WheelOptions options = WheelOptions.parse("--rounds", "1", "--pending", "100,200", "--timers", "executor,aem");
        Results results = WheelBench.measure(ROOT, options, LocalDateTime.now(ZoneId.systemDefault()));
        List<String> lines =
                results.csv().lines().filter(line -> !line.startsWith("#")).toList();
        assertEquals("pending,round,server,cancel_ns,fire_ns,bytes,ratio", lines.getFirst());
        assertEquals(1 + 4, lines.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rounds 0", "--pending 5", "--timers sundial", "--size 64", "--rounds"})
    void whatCantBeIsSaid(String line) {
        Failure failure = assertThrows(Failure.class, () -> WheelOptions.parse(line.split(" ")));
        assertTrue(
                failure.getMessage().contains(line.split(" ")[line.contains("sundial") ? 1 : 0]), failure::getMessage);
    }
}
