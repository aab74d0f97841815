package aem.bench;

import aem.bench.Bench.Failure;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * The command line of the case {@code memory}.
 *
 * @param millis that each load is measured for
 * @param operations of the trace
 * @param out directory for the results, or null
 */
record MemoryOptions(int rounds, int millis, int operations, Set<MemoryRival> rivals, Path out, String command) {
    static String usage() {
        return """
                usage: ./aem bench memory [OPTION VALUE...]          time and heap of an allocate and free
                       ./aem bench memory trace [OPTION VALUE...]    the footprint over a long telecom-like trace

                  --rounds 5           (trace: 1) rounds; in each, every allocator is measured once, in a JVM of its own
                  --millis 200         how long each load is measured, after three times as long to warm up
                  --operations 100000000  (trace) allocations and frees
                  --allocators NAME,.. of %s
                  --out DIR            where the results go; %s
                """.formatted(MemoryRival.ids(), Options.KEPT);
    }

    static MemoryOptions parse(String... args) {
        boolean trace = args.length > 0 && args[0].equals("trace");
        int rounds = trace ? 1 : 5;
        int millis = 200;
        int operations = 100_000_000;
        Set<MemoryRival> rivals = EnumSet.allOf(MemoryRival.class);
        Path out = null;
        for (int i = trace ? 1 : 0; i < args.length; i += 2) {
            String option = args[i];
            if (i + 1 == args.length) {
                throw new Failure("no such option, or without a value: " + option, Bench.MISUSED);
            }
            String value = args[i + 1];
            switch (option) {
                case "--rounds" -> rounds = Options.number(option, value, 1, 1_000);
                case "--millis" -> millis = Options.number(option, value, 1, 60_000);
                case "--operations" -> operations = Options.number(option, value, 1_000, 2_000_000_000);
                case "--allocators" -> {
                    rivals = EnumSet.noneOf(MemoryRival.class);
                    for (String id : value.split(",", -1)) {
                        rivals.add(MemoryRival.of(id));
                    }
                }
                case "--out" -> out = Path.of(value);
                default ->
                    throw new Failure("no such option: " + option + "; see ./aem bench memory help", Bench.MISUSED);
            }
        }
        String command =
                String.join(" ", "./aem bench memory", String.join(" ", args)).strip();
        return new MemoryOptions(rounds, millis, operations, rivals, out, command);
    }
}
