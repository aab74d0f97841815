package aem.bench;

import aem.bench.Bench.Failure;
import aem.bench.Results.Figure;
import aem.bench.Results.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One message after the other over one connection. The servers stay up for all rounds; in each round the client visits
 * one after the other, every round beginning with another one.
 */
final class Pingpong {
    private static final String OTHERS = "others_cores";
    private static final List<Figure> FIGURES = List.of(
            new Figure("p50_us", "round trip us", 2),
            new Figure("p99_us", "p99 us", 2),
            new Figure("p999_us", "p99.9 us", 2),
            new Figure("max_us", null, 2),
            new Figure("mean_us", null, 2),
            new Figure("messages_per_s", "messages/s", 0),
            new Figure("cpu_us", "server CPU us/message", 2),
            new Figure(OTHERS, null, 2));
    // more than this used by other processes, in cores, and a run is no good
    private static final double DISTURBED = 0.1;
    // what a measured connection starts with: its accept and the cold caches are no part of the figures
    private static final int LEAD_IN = 1_000;

    private Pingpong() {}

    static void run(Path root, String... args) throws IOException, InterruptedException {
        Options options = Options.parse(Case.PINGPONG.id(), args);
        LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
        try (var programs = new Programs(root, root.resolve("aem.bench/target/run"), options)) {
            Results results = measure(root, options, now, programs);
            results.keep(options.out() == null ? root.resolve(Options.KEPT) : options.out(), Case.PINGPONG.id(), now);
        }
    }

    static Results measure(Path root, Options options, LocalDateTime now, Programs programs)
            throws IOException, InterruptedException {
        Map<String, String> conditions = Machine.conditions(root, options.command(), now);
        conditions.put("case", describe(options, programs));
        var results = new Results(conditions, FIGURES, Contender.C_BLOCKING);
        List<Integer> processors = Machine.processors();
        // where nothing is pinned there is only one case: 0 cores in the CSV
        for (int cores : programs.pins() ? options.cores() : List.of(0)) {
            if (cores > processors.size()) {
                Bench.say("left out: two cores, this process may use only one");
            } else {
                measure(programs, options, cores, results);
            }
        }
        double[] others = results.all(OTHERS);
        conditions.put(
                "used by other processes",
                String.format(
                        Locale.ROOT,
                        "%.2f cores in the median run, at most %.2f",
                        Stats.median(others),
                        Arrays.stream(others).max().orElse(Double.NaN)));
        long disturbed = Arrays.stream(others).filter(o -> o > DISTURBED).count();
        if (disturbed > 0) {
            Bench.say(disturbed + " of " + others.length + " runs were disturbed by other processes: see " + OTHERS);
        }
        return results;
    }

    private static void measure(Programs programs, Options options, int cores, Results results)
            throws IOException, InterruptedException {
        int client = Machine.processors().get(0);
        int processor = Machine.processors().get(Math.max(cores - 1, 0));
        List<Contender> order = new ArrayList<>(options.servers());
        order.removeIf(c -> !programs.available(c));
        if (order.isEmpty()) {
            throw new Failure("no server to measure");
        }
        Map<Contender, Programs.Server> servers = new LinkedHashMap<>();
        for (Contender c : order) {
            servers.put(c, programs.start(c, processor));
        }
        int largest = Collections.max(options.sizes());
        for (Programs.Server server : servers.values()) {
            programs.client(client, server, largest, 0, Math.max(options.warmup(), 1));
        }
        for (int round = 1; round <= options.rounds(); round++) {
            for (int size : options.sizes()) {
                Setting setting = setting(cores, size);
                for (Contender c : order) {
                    Programs.Server server = servers.get(c);
                    programs.client(client, server, size, 0, Math.max(options.warmup() / 10, 1));
                    Map<String, Double> figures = visit(programs, client, server, size, options.messages());
                    results.add(new Results.Run(setting, round, c, figures));
                    Bench.say(String.format(
                            Locale.ROOT,
                            "%s, round %d of %d, %s: %.2f us",
                            setting.title(),
                            round,
                            options.rounds(),
                            c.label(),
                            figures.get("p50_us")));
                }
            }
            Collections.rotate(order, 1);
        }
        programs.stopServers();
    }

    private static Map<String, Double> visit(
            Programs programs, int processor, Programs.Server server, int size, int messages)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        double busy = Machine.busyMicros();
        double cpu = server.cpuMicros();
        Map<String, Double> figures = programs.client(processor, server, size, LEAD_IN, messages);
        cpu = server.cpuMicros() - cpu;
        busy = Machine.busyMicros() - busy;
        double micros = (System.nanoTime() - start) / 1e3;
        figures.put("cpu_us", cpu / (LEAD_IN + messages));
        figures.put(OTHERS, Math.max((busy - cpu - figures.get("client_cpu_us")) / micros, 0));
        return figures;
    }

    private static Setting setting(int cores, int size) {
        String where = switch (cores) {
            case 0 -> "Client and server not pinned";
            case 1 -> "Client and server on one core";
            default -> "Client and server on a core each";
        };
        Map<String, Integer> values = new LinkedHashMap<>();
        values.put("cores", cores);
        values.put("size", size);
        return new Setting(where + ", " + size + " bytes", values);
    }

    private static String describe(Options options, Programs programs) {
        return String.format(
                Locale.ROOT,
                "%,d messages over one connection after %,d (each round %,d) to warm up, medians of %d rounds;"
                        + " %s client, %s",
                options.messages(),
                options.warmup(),
                options.warmup() / 10,
                options.rounds(),
                programs.clientIsC() ? "C" : "Java",
                programs.pins() ? "pinned by taskset" : "not pinned");
    }
}
