package aem.bench;

import aem.bench.Bench.Failure;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * The command line of the case {@code memory}.
 *
 * @param millis that each load is measured for
 * @param out directory for the results, or null
 */
record MemoryOptions(int rounds, int millis, Set<MemoryRival> rivals, Path out, String command) {
    static String usage() {
        return """
                usage: ./aem bench memory [OPTION VALUE...]

                  --rounds 5           rounds; in each, every allocator is measured once, in a JVM of its own
                  --millis 200         how long each load is measured, after three times as long to warm up
                  --allocators NAME,.. of %s
                  --out DIR            where the results go; %s
                """.formatted(MemoryRival.ids(), Options.KEPT);
    }

    static MemoryOptions parse(String... args) {
        int rounds = 5;
        int millis = 200;
        Set<MemoryRival> rivals = EnumSet.allOf(MemoryRival.class);
        Path out = null;
        for (int i = 0; i < args.length; i += 2) {
            String option = args[i];
            if (i + 1 == args.length) {
                throw new Failure("no such option, or without a value: " + option, Bench.MISUSED);
            }
            String value = args[i + 1];
            switch (option) {
                case "--rounds" -> rounds = Options.number(option, value, 1, 1_000);
                case "--millis" -> millis = Options.number(option, value, 1, 60_000);
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
        return new MemoryOptions(rounds, millis, rivals, out, command);
    }
}
