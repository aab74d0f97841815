package aem.api;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people type them: {@code 250ms}, {@code 1.5s}, {@code 20us}, {@code 2m}. */
public final class Durations {
    private static final Pattern TEXT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|ms|s|m|h)");

    private Durations() {}

    /**
     * @throws IllegalArgumentException if the text is no number with a unit
     */
    public static Duration parse(String text) {
        Matcher m = TEXT.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!m.matches()) {
            throw new IllegalArgumentException("a duration is a number and one of ns, us, ms, s, m, h: " + text);
        }
        double unitNs = switch (m.group(2)) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            default -> 3600e9;
        };
        double ns = Double.parseDouble(m.group(1)) * unitNs;
        if (ns > Long.MAX_VALUE / 4.0) {
            throw new IllegalArgumentException("duration too long: " + text);
        }
        return Duration.ofNanos(Math.round(ns));
    }
}
