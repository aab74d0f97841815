package aem.bench;

import aem.bench.Bench.Failure;
import aem.bench.Results.Figure;
import aem.bench.Results.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Allocators against each other. In each round every allocator gets a new JVM and goes through all loads; every round
 * begins with another one.
 */
final class MemoryBench {
    private static final List<Figure> FIGURES = List.of(
            new Figure("cpu_ns", "CPU ns", 1),
            new Figure("wall_ns", "ns", 1),
            new Figure("heap_bytes", "heap B", 1),
            new Figure("live_bytes", null, 0),
            new Figure("footprint_bytes", null, 0),
            new Figure("footprint_kib", "footprint KiB", 0),
            new Figure("footprint_of_live", "of live bytes", 1),
            new Figure("external_fragmentation", "ext. fragm.", 2));
    private static final List<String> JVM =
            List.of("-Dio.netty.noUnsafe=false", "-Dio.netty.leakDetection.level=disabled");

    private MemoryBench() {}

    static void run(Path root, String... args) throws IOException, InterruptedException {
        if (args.length > 0 && args[0].equals("help")) {
            System.out.print(MemoryOptions.usage());
            return;
        }
        if (args.length > 0 && args[0].equals("trace")) {
            MemoryTrace.run(root, MemoryOptions.parse(args));
            return;
        }
        MemoryOptions options = MemoryOptions.parse(args);
        LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
        Results results = measure(root, options, now);
        results.keep(options.out() == null ? root.resolve(Options.KEPT) : options.out(), Case.MEMORY.id(), now);
    }

    static Results measure(Path root, MemoryOptions options, LocalDateTime now)
            throws IOException, InterruptedException {
        Map<String, String> conditions = Machine.conditions(root, options.command(), now);
        conditions.put(
                "case",
                String.format(
                        Locale.ROOT,
                        "allocate and free, %d ms of each load after %d ms to warm up, a new JVM for each allocator and"
                                + " round, medians of %d rounds",
                        options.millis(),
                        3 * options.millis(),
                        options.rounds()));
        var results = new Results(conditions, FIGURES, MemoryRival.NETTY_ADAPTIVE);
        List<MemoryRival> order = available(options);
        for (int round = 1; round <= options.rounds(); round++) {
            for (MemoryRival rival : order) {
                Bench.say("round " + round + " of " + options.rounds() + ", " + rival.label());
                measure(rival, round, options, results);
            }
            Collections.rotate(order, 1);
        }
        return results;
    }

    /** Those that were chosen and can be measured here. */
    static List<MemoryRival> available(MemoryOptions options) {
        List<MemoryRival> rivals = new ArrayList<>(options.rivals());
        if (!MallocMemory.available()) {
            rivals.removeAll(List.of(MemoryRival.MALLOC, MemoryRival.ARENA));
            Bench.say("no malloc to be called here");
        }
        return rivals;
    }

    private static void measure(MemoryRival rival, int round, MemoryOptions options, Results results)
            throws IOException, InterruptedException {
        List<String> lines = lines(MemoryRun.class, rival, Programs.JVM, String.valueOf(options.millis()));
        List<MemoryLoad> loads = MemoryLoad.all().stream()
                .filter(load -> !load.foreign() || rival.crossesThreads())
                .toList();
        for (int i = 0; i < loads.size(); i++) {
            Map<String, Double> figures = JavaClient.figures(lines.get(i));
            double footprint = figures.get("footprint_bytes");
            double live = figures.get("live_bytes");
            figures.put("footprint_kib", footprint / 1024);
            figures.put("footprint_of_live", live == 0 ? Double.NaN : footprint / live);
            results.add(new Run(loads.get(i).setting(), round, rival, figures));
        }
    }

    /** What a program of its own prints: the rival is its first argument. */
    static List<String> lines(Class<?> main, Rival rival, List<String> jvm, String argument)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(JVM);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(rival.id(), argument));
        Path errors = Files.createTempFile("aem-bench", ".log");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new Failure(rival.label() + " failed:\n" + Files.readString(errors));
            }
            return output.lines().toList();
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }
}
