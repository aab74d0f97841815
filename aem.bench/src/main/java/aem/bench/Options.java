package aem.bench;

import aem.bench.Bench.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The command line.
 *
 * @param cores on how many cores client and server run: 1, 2, or both one after the other
 * @param chosen whether the servers were named: then each must be there
 * @param etc directory with configurations for AEM (PID.cfg), or null
 * @param out directory for the results, or null
 */
record Options(
        int rounds,
        int messages,
        List<Integer> sizes,
        int warmup,
        List<Integer> cores,
        Set<Contender> servers,
        boolean chosen,
        Path etc,
        Path out,
        String command) {
    static final int LARGEST = 65536;
    /** Where results are kept, from the checkout's directory. */
    static final String KEPT = "docs/bench";

    static String usage() {
        var cases = new StringBuilder();
        for (Case c : Case.values()) {
            cases.append(String.format("  %-10s %s%n", c.id(), c.description()));
        }
        return """
                usage: ./aem bench CASE [OPTION VALUE...]

                %s
                  --rounds 5         rounds; in each, every server is measured once
                  --messages 50000   measured round trips of each server in each round
                  --size 64,...      bytes of a message, at most %d
                  --warmup 200000    round trips before the first measurement of a server; a tenth before the others
                  --cores both       1: client and server share a core; 2: each has its own; both: one after the other
                  --servers NAME,... of %s
                  --etc DIR          configurations for AEM's etc/, as PID.cfg
                  --out DIR          where the results go: CASE-DATE.csv with every run, .md with the table; %s

                Environment:
                  AEM_JAVA_OPTS  further options of AEM's JVM
                """.formatted(cases, LARGEST, Contender.ids(), KEPT);
    }

    static Options parse(String name, String... args) {
        int rounds = 5;
        int messages = 50_000;
        List<Integer> sizes = List.of(64);
        int warmup = 200_000;
        List<Integer> cores = List.of(1, 2);
        Set<Contender> servers = null;
        Path etc = null;
        Path out = null;
        for (int i = 0; i < args.length; i++) {
            String option = args[i];
            if (i + 1 == args.length) {
                throw misuse("no such option, or without a value: " + option);
            }
            String value = args[++i];
            switch (option) {
                case "--rounds" -> rounds = number(option, value, 1, 1_000);
                case "--messages" -> messages = number(option, value, 1, 10_000_000);
                case "--size" ->
                    sizes = Arrays.stream(value.split(",", -1))
                            .map(size -> number(option, size, 1, LARGEST))
                            .distinct()
                            .toList();
                case "--warmup" -> warmup = number(option, value, 0, 10_000_000);
                case "--cores" ->
                    cores = switch (value) {
                        case "1" -> List.of(1);
                        case "2" -> List.of(2);
                        case "both" -> List.of(1, 2);
                        default -> throw misuse(option + " takes 1, 2 or both: " + value);
                    };
                case "--servers" -> servers = contenders(value);
                case "--etc" -> {
                    etc = Path.of(value);
                    if (!Files.isDirectory(etc)) {
                        throw misuse(option + " takes a directory: " + value);
                    }
                }
                case "--out" -> out = Path.of(value);
                default -> throw misuse("no such option: " + option + "; see ./aem bench help");
            }
        }
        String command =
                String.join(" ", "./aem bench", name, String.join(" ", args)).strip();
        return new Options(
                rounds,
                messages,
                sizes,
                warmup,
                cores,
                servers == null ? EnumSet.allOf(Contender.class) : servers,
                servers != null,
                etc,
                out,
                command);
    }

    private static Failure misuse(String message) {
        return new Failure(message, Bench.MISUSED);
    }

    static int number(String option, String value, int least, int most) {
        try {
            int n = Integer.parseInt(value);
            if (n >= least && n <= most) {
                return n;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw misuse(option + " takes a number from " + least + " to " + most + ": " + value);
    }

    private static Set<Contender> contenders(String names) {
        List<Contender> chosen = new ArrayList<>();
        for (String name : names.split(",", -1)) {
            chosen.add(Contender.of(name));
        }
        return EnumSet.copyOf(chosen);
    }
}
