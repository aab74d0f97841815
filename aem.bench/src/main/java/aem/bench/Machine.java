package aem.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the measurement runs on. */
final class Machine {
    private static final double QUIET = 0.5;

    private Machine() {}

    static String processor() {
        String model = find(Path.of("/proc/cpuinfo"), "model name");
        return Runtime.getRuntime().availableProcessors() + " x "
                + (model == null ? System.getProperty("os.arch") : model);
    }

    static String kernel() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version");
    }

    static String jdk() {
        return System.getProperty("java.vendor.version", System.getProperty("java.vendor")) + ", " + Runtime.version();
    }

    /** The load of the last minute, or NaN. */
    static double load() {
        try {
            return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        } catch (IOException | NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** The numbers of the processors that this process may use. */
    static List<Integer> processors() {
        String allowed = find(Path.of("/proc/self/status"), "Cpus_allowed_list");
        return allowed == null ? List.of(0, 1) : range(allowed);
    }

    /** Numbers written as {@code 0-2,5}. */
    static List<Integer> range(String text) {
        List<Integer> numbers = new ArrayList<>();
        for (String part : text.split(",")) {
            String[] ends = part.strip().split("-");
            for (int n = Integer.parseInt(ends[0]); n <= Integer.parseInt(ends[ends.length - 1]); n++) {
                numbers.add(n);
            }
        }
        return numbers;
    }

    /** What stands above every result. */
    static Map<String, String> conditions(Path root, String command, LocalDateTime now) throws InterruptedException {
        double load = load();
        if (load > QUIET) {
            Bench.say("this machine is not quiet (load " + load + "): the figures will be noise");
        }
        String commit = output(root, "git", "describe", "--always", "--dirty");
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put("command", command);
        conditions.put("date", now.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")));
        conditions.put("machine", processor());
        conditions.put("kernel", kernel());
        conditions.put("JDK", jdk());
        conditions.put("JVM options of all Java servers", String.join(" ", Programs.JVM));
        String more = System.getenv("AEM_JAVA_OPTS");
        if (more != null && !more.isBlank()) {
            conditions.put("AEM_JAVA_OPTS", more);
        }
        conditions.put("commit", commit == null ? "unknown" : commit);
        conditions.put("load before", String.valueOf(load));
        return conditions;
    }

    /** The nanoseconds that all threads of a process have run so far, or NaN where /proc does not tell. */
    static double cpuNanos(long pid) {
        double sum = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                sum += nanos(thread);
            }
            return sum;
        } catch (IOException | NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** The microseconds that all processors together have been busy, for whomever, or NaN. */
    static double busyMicros() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
            // cpu user nice system idle iowait irq softirq steal, in hundredths of a second
            String[] words = lines.findFirst().orElse("").split("\\s+");
            long ticks = 0;
            for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
                ticks += Long.parseLong(words[i]);
            }
            return ticks * 1e4;
        } catch (IOException | RuntimeException e) {
            return Double.NaN;
        }
    }

    private static double nanos(Path thread) throws IOException {
        try {
            return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
        } catch (NoSuchFileException e) {
            // it has just ended, or the kernel keeps no such statistics
            return Files.exists(thread) ? Double.NaN : 0;
        }
    }

    private static String find(Path file, String key) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(key)) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            // not Linux: unknown
        }
        return null;
    }

    /** What a command prints, or null if it is not there or fails. */
    static String output(Path directory, String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? text.strip() : null;
        } catch (IOException e) {
            return null;
        }
    }
}
