package aem.bench;

import aem.bench.Bench.Failure;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The command line of the case {@code scheduler}.
 *
 * @param pending numbers of timers that age at a time
 * @param out directory for the results, or null
 */
record WheelOptions(int rounds, List<Integer> pending, Set<WheelRival> rivals, Path out, String command) {
    static String usage() {
        return """
                usage: ./aem bench scheduler [OPTION VALUE...]    timers: start and cancel, start and fire, bytes of each

                  --rounds 5                     rounds; in each, every rival is measured once, in a JVM of its own
                  --pending 1000,1000000,10000000  timers that age at a time
                  --timers NAME,..               of %s
                  --out DIR                      where the results go; %s
                """.formatted(WheelRival.ids(), Options.KEPT);
    }

    static WheelOptions parse(String... args) {
        int rounds = 5;
        List<Integer> pending = List.of(1_000, 1_000_000, 10_000_000);
        Set<WheelRival> rivals = EnumSet.allOf(WheelRival.class);
        Path out = null;
        for (int i = 0; i < args.length; i += 2) {
            String option = args[i];
            if (i + 1 == args.length) {
                throw new Failure("no such option, or without a value: " + option, Bench.MISUSED);
            }
            String value = args[i + 1];
            switch (option) {
                case "--rounds" -> rounds = Options.number(option, value, 1, 1_000);
                case "--pending" ->
                    pending = Arrays.stream(value.split(",", -1))
                            .map(n -> Options.number(option, n, 100, 20_000_000))
                            .distinct()
                            .toList();
                case "--timers" -> {
                    rivals = EnumSet.noneOf(WheelRival.class);
                    for (String id : value.split(",", -1)) {
                        rivals.add(WheelRival.of(id));
                    }
                }
                case "--out" -> out = Path.of(value);
                default ->
                    throw new Failure("no such option: " + option + "; see ./aem bench scheduler help", Bench.MISUSED);
            }
        }
        String command = String.join(" ", "./aem bench scheduler", String.join(" ", args))
                .strip();
        return new WheelOptions(rounds, pending, rivals, out, command);
    }
}
