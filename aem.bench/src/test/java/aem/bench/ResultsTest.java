package aem.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.bench.Results.Figure;
import aem.bench.Results.Run;
import aem.bench.Results.Setting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private static final Setting ONE = new Setting("One core", Map.of("cores", 1));

    private static Results results() {
        var results = new Results(
                Map.of("JDK", "a good one"),
                List.of(new Figure("p50_us", "p50 us", 2), new Figure("max_us", null, 2), new Figure("n", "n", 0)),
                Contender.C_BLOCKING);
        double[] c = {4, 8, 5};
        double[] aem = {6, 8, 10};
        for (int i = 0; i < 3; i++) {
            results.add(run(ONE, i + 1, Contender.C_BLOCKING, c[i]));
            results.add(run(ONE, i + 1, Contender.AEM, aem[i]));
        }
        return results;
    }

    private static Run run(Setting setting, int round, Contender server, double p50) {
        return new Run(setting, round, server, Map.of("p50_us", p50, "max_us", 99.25, "n", 1000.0));
    }

    private static List<String> rowOf(String table, String server) {
        String row = table.lines().filter(l -> l.contains(server)).findFirst().orElseThrow();
        return List.of(row.substring(2).split("\\s*\\|\\s*"));
    }

    @Test
    void ratioIsTheMedianOfTheRoundsRatios() {
        // 1.5, 1, 2; the ratio of the medians would be 1.6
        assertEquals(
                List.of("AEM in its container", "8.00", "1000", "1.50", "1.00-2.00"),
                rowOf(results().markdown(), "AEM in"));
    }

    @Test
    void csvHasEveryRunAndTheConditions() {
        List<String> lines = results().csv().lines().toList();
        assertEquals("# JDK: a good one", lines.get(0));
        assertEquals("cores,round,server,p50_us,max_us,n,ratio", lines.get(1));
        assertEquals(2 + 6, lines.size());
        assertEquals("1,1,aem,6,99.25,1000,1.5", lines.get(3));
    }

    @Test
    void settingsAreNotMixed() {
        Results results = results();
        results.add(run(new Setting("Two cores", Map.of("cores", 2)), 1, Contender.AEM, 40));
        String second = results.markdown().split("Two cores")[1];
        assertEquals(List.of("AEM in its container", "40.00", "1000", "-", "-"), rowOf(second, "AEM in"));
        assertTrue(results.csv().endsWith("2,1,aem,40,99.25,1000,\n"));
    }

    @Test
    void aFigureThatIsUnknownStaysEmpty() {
        var results = new Results(Map.of(), List.of(new Figure("cpu_us", "CPU", 2)), Contender.C_BLOCKING);
        results.add(new Run(ONE, 1, Contender.NIO, Map.of("cpu_us", Double.NaN)));
        assertEquals(List.of("Java NIO selector", "-", "-", "-"), rowOf(results.markdown(), "NIO"));
        assertTrue(results.csv().endsWith("\n1,1,nio,,\n"));
    }
}
