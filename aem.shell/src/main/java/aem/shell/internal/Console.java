package aem.shell.internal;

import aem.api.AemException;
import aem.api.AemRuntime;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Between the commands and the person who typed them. Output goes to {@link System#out}, which Gogo redirects per thread
 * to the command's own stream, so pipes work; a refusal is one line on {@link System#err}, and the command ends normally:
 * Gogo would print an exception with the name of its class before the message.
 */
final class Console {
    static final String ABSENT = "the AEM runtime is not running (no AemRuntime service: is aem.core started?)";

    private Console() {}

    /** Runs a command. Only what no argument can cause (a bug) leaves as an exception, for Gogo's {@code $exception}. */
    static void run(String command, AemRuntime runtime, Consumer<AemRuntime> body) {
        try {
            if (runtime == null) {
                throw new IllegalStateException(ABSENT);
            }
            body.accept(runtime);
        } catch (AemException | IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
            refuse(command, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    static void refuse(String command, String why) {
        System.err.println("aem:" + command + ": " + Table.printable(why));
        System.err.flush();
    }

    static void print(String text) {
        System.out.print(text);
        System.out.flush();
    }

    static <T> void print(boolean json, Table<T> table, Collection<T> rows) {
        print(json ? Json.of(rows) : table.layout(rows));
    }

    /** The words of a command line; Gogo makes null of an unknown variable. */
    static List<String> words(String[] words) {
        return Arrays.stream(words).map(String::valueOf).toList();
    }

    /** Refuses words that a command has no use for. */
    static void nothingMore(List<String> words) {
        if (!words.isEmpty()) {
            throw unexpected(words.getFirst());
        }
    }

    static IllegalArgumentException unexpected(String word) {
        return new IllegalArgumentException(
                (word.startsWith("-") ? "unknown option: " : "unexpected argument: ") + word);
    }

    /**
     * The rows with one of these keys, or all if there is no key.
     *
     * @throws IllegalArgumentException if no row has one of the keys; the message is {@code noSuch} and the key
     */
    static <T> List<T> pick(List<T> rows, String[] keys, Function<T, Object> keyOf, String noSuch) {
        LinkedHashSet<String> missing = new LinkedHashSet<>(words(keys));
        if (missing.isEmpty()) {
            return rows;
        }
        Set<String> wanted = Set.copyOf(missing);
        List<T> picked = rows.stream()
                .filter(row -> wanted.contains(String.valueOf(keyOf.apply(row))))
                .toList();
        picked.forEach(row -> missing.remove(String.valueOf(keyOf.apply(row))));
        if (!missing.isEmpty()) {
            String word = missing.getFirst();
            throw word.startsWith("-") ? unexpected(word) : new IllegalArgumentException(noSuch + " " + word);
        }
        return picked;
    }
}
