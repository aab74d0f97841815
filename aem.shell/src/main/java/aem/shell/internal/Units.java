package aem.shell.internal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Figures as people read them; what is exact stands in the JSON. */
final class Units {
    private static final String[] TIME = {"ns", "us", "ms", "s", "m", "h"};
    private static final long[] TIME_NS = {1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L};
    private static final String[] SIZE = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final long[] SIZE_BYTES = {1, 1L << 10, 1L << 20, 1L << 30, 1L << 40};
    private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_UP);
    private static final DateTimeFormatter TIME_OF_DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private Units() {}

    /** Such as {@code 20us}, {@code 1.5s}, {@code -3ms}; readable by {@link aem.api.Durations#parse} unless negative. */
    static String duration(long ns) {
        return scaled(ns, TIME_NS, TIME);
    }

    /** Such as {@code 64B}, {@code 1.5KiB}, {@code 16MiB}. */
    static String bytes(long bytes) {
        return scaled(bytes, SIZE_BYTES, SIZE);
    }

    /** {@code used/limit}; only {@code used} where nothing limits. */
    static String ofLimit(String used, String limit, long limitValue) {
        boolean unlimited = limitValue <= 0 || limitValue == Integer.MAX_VALUE || limitValue == Long.MAX_VALUE;
        return unlimited ? used : used + "/" + limit;
    }

    static String dateTime(long epochMs, ZoneId zone) {
        return TIME_OF_DAY.format(Instant.ofEpochMilli(epochMs).atZone(zone));
    }

    /** The value in the greatest unit that leaves at least 1, in at most three digits (four before a point). */
    private static String scaled(long value, long[] sizes, String[] names) {
        if (value == 0) {
            return "0" + names[0];
        }
        BigDecimal size = BigDecimal.valueOf(value).abs();
        int unit = 0;
        BigDecimal shown = size;
        for (int i = 1; i < sizes.length; i++) {
            // Judged after rounding, so that 999,999 us becomes 1s and not 1000ms.
            BigDecimal next = rounded(size.divide(BigDecimal.valueOf(sizes[i]), MathContext.DECIMAL64));
            BigDecimal step = BigDecimal.valueOf(sizes[i] / sizes[i - 1]);
            if (next.compareTo(BigDecimal.ONE) < 0 || shown.compareTo(step) < 0) {
                break;
            }
            unit = i;
            shown = next;
        }
        return (value < 0 ? "-" : "") + shown.stripTrailingZeros().toPlainString() + names[unit];
    }

    private static BigDecimal rounded(BigDecimal value) {
        return value.compareTo(BigDecimal.valueOf(1000)) < 0
                ? value.round(THREE_DIGITS)
                : value.setScale(0, RoundingMode.HALF_UP);
    }
}
