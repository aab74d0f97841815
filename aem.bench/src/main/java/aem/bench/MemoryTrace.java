package aem.bench;

import aem.bench.Results.Figure;
import aem.bench.Results.Run;
import aem.bench.Results.Setting;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether the footprint stays flat: the {@link TelecomTrace} in ten parts of two tides each. What a part ends with says
 * little, as the tide is low then, so its highest footprint counts.
 */
public final class MemoryTrace {
    static final int PARTS = 10;
    private static final int TIDES_PER_PART = 2;
    private static final int SAMPLES_PER_PART = 200;
    private static final int COMPARED_PARTS = 3;

    private MemoryTrace() {}

    /** In a JVM of its own: prints a line of figures, see {@link JavaClient#figures}. */
    public static void main(String[] args) throws InterruptedException {
        Parent.follow();
        Memory memory = MemoryRival.of(args[0]).open();
        var line = new String[1];
        Thread thread = memory.thread(() -> line[0] = run(memory, Long.parseLong(args[1])));
        thread.start();
        thread.join();
        System.out.println(line[0]);
    }

    static String run(Memory memory, long operations) {
        var text = new StringBuilder();
        long[] highest = new long[PARTS];
        double fragmentation = 0;
        long live = 0;
        var trace = new TelecomTrace(memory.blocks(0, TelecomTrace.SLOTS), operations / PARTS / TIDES_PER_PART);
        var threads = ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        for (int part = 0; part < PARTS; part++) {
            for (int sample = 1; sample <= SAMPLES_PER_PART; sample++) {
                trace.runTo(operations * (part * SAMPLES_PER_PART + sample) / (PARTS * SAMPLES_PER_PART));
                highest[part] = Math.max(highest[part], memory.footprintBytes());
                live = Math.max(live, trace.liveBytes());
            }
            fragmentation = memory.externalFragmentation();
            text.append(String.format(Locale.ROOT, "part_%d_kib=%d ", part + 1, highest[part] >> 10));
        }
        cpu = threads.getCurrentThreadCpuTime() - cpu;
        double cpuNs = (double) cpu / trace.operations();
        trace.finish();
        // the highest of tides is a matter of chance: so three parts each
        long first = Arrays.stream(highest, 0, COMPARED_PARTS).max().orElseThrow();
        long last = Arrays.stream(highest, PARTS - COMPARED_PARTS, PARTS).max().orElseThrow();
        return text.append(String.format(
                        Locale.ROOT,
                        "growth=%.4f live_kib=%d cpu_ns=%.2f low_tide_fragmentation=%.4f",
                        (double) last / Math.max(1, first),
                        live >> 10,
                        cpuNs,
                        fragmentation))
                .toString();
    }

    /** {@code ./aem bench memory trace}. */
    static void run(Path root, MemoryOptions options) throws IOException, InterruptedException {
        LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
        measure(root, options, now)
                .keep(options.out() == null ? root.resolve(Options.KEPT) : options.out(), "memory-trace", now);
    }

    static Results measure(Path root, MemoryOptions options, LocalDateTime now)
            throws IOException, InterruptedException {
        Map<String, String> conditions = Machine.conditions(root, options.command(), now);
        conditions.put(
                "case",
                String.format(
                        Locale.ROOT,
                        "a telecom-like trace of %,d allocations and frees in %d parts; growth is the highest footprint of"
                                + " the last three parts by that of the first three",
                        options.operations(),
                        PARTS));
        List<Figure> figures = new ArrayList<>(List.of(
                new Figure("part_10_kib", "footprint KiB, at the end", 0),
                new Figure("part_3_kib", "in the 3rd tenth", 0),
                new Figure("growth", "growth", 3),
                new Figure("live_kib", "live KiB", 0),
                new Figure("cpu_ns", "CPU ns", 1),
                new Figure("low_tide_fragmentation", "ext. fragm.", 2)));
        for (int part = 1; part <= PARTS; part++) {
            if (part != 3 && part != PARTS) {
                figures.add(new Figure("part_" + part + "_kib", null, 0));
            }
        }
        var results = new Results(conditions, figures, MemoryRival.NETTY_ADAPTIVE);
        var setting = new Setting("Trace", Map.of("operations", Math.toIntExact(options.operations())));
        List<MemoryRival> order = MemoryBench.available(options);
        for (int round = 1; round <= options.rounds(); round++) {
            for (MemoryRival rival : order) {
                Bench.say("round " + round + " of " + options.rounds() + ", " + rival.label());
                String line = MemoryBench.lines(
                                MemoryTrace.class, rival, Programs.JVM, String.valueOf(options.operations()))
                        .getFirst();
                results.add(new Run(setting, round, rival, JavaClient.figures(line)));
            }
            Collections.rotate(order, 1);
        }
        return results;
    }
}
