package aem.bench;

import aem.bench.Results.Figure;
import aem.bench.Results.Run;
import aem.bench.Results.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Timers against each other. In each round each of them gets a new JVM for each number of pending timers; every round begins
 * with another one.
 */
final class WheelBench {
    private static final List<Figure> FIGURES = List.of(
            new Figure("cancel_ns", "start+cancel CPU ns", 1),
            new Figure("fire_ns", "start+fire CPU ns", 1),
            new Figure("bytes", "bytes of a pending one", 1));
    /** The same for all: ten million timers of any of them fit. */
    static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xms5g", "-Xmx5g", "-Xmn1g");

    private WheelBench() {}

    static void run(Path root, String... args) throws IOException, InterruptedException {
        if (args.length > 0 && args[0].equals("help")) {
            System.out.print(WheelOptions.usage());
            return;
        }
        WheelOptions options = WheelOptions.parse(args);
        LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
        Results results = measure(root, options, now);
        results.keep(options.out() == null ? root.resolve(Options.KEPT) : options.out(), Case.SCHEDULER.id(), now);
    }

    static Results measure(Path root, WheelOptions options, LocalDateTime now)
            throws IOException, InterruptedException {
        Map<String, String> conditions = Machine.conditions(root, options.command(), now);
        conditions.put("JVM options of all", String.join(" ", JVM));
        conditions.put(
                "case",
                "timers, 1,000,000 starts and cancels and up to 1,000,000 starts and expiries after as many to warm up, a new"
                        + " JVM for each, medians of " + options.rounds() + " rounds");
        var results = new Results(conditions, FIGURES, WheelRival.NETTY);
        List<WheelRival> order = new ArrayList<>(options.rivals());
        for (int round = 1; round <= options.rounds(); round++) {
            for (int pending : options.pending()) {
                for (WheelRival rival : order) {
                    Bench.say("round " + round + " of " + options.rounds() + ", " + pending + " pending, "
                            + rival.label());
                    String line = MemoryBench.lines(WheelRun.class, rival, JVM, String.valueOf(pending))
                            .getFirst();
                    var setting =
                            new Setting(String.format(Locale.ROOT, "%,d pending", pending), Map.of("pending", pending));
                    results.add(new Run(setting, round, rival, JavaClient.figures(line)));
                }
            }
            Collections.rotate(order, 1);
        }
        return results;
    }
}
