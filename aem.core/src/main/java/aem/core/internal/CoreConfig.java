package aem.core.internal;

import aem.api.Durations;
import java.time.Duration;
import java.util.function.Function;

/**
 * The core's settings: framework properties, overridden live by the configuration {@code aem.core} of Configuration
 * Admin.
 *
 * @param workers worker threads
 * @param balanceInterval how often the workers' loads are compared; zero = never
 * @param balanceBusyPercent from this load on a worker is overloaded, and may give up a process
 * @param balanceIdlePercent up to this load a worker may get it
 * @param processes open processes at most
 * @param absenceWait how long a call waits for a part that is away
 * @param ackTimeout how long a bundle's stop waits for all workers to let go of its objects
 * @param closeTimeout how long {@code AemProcess.close()} waits for a running handler
 * @param watchdogLimit how long a handler may block its worker before it is detached; zero = for ever
 * @param detachedLimit handlers that may be detached at a time; further ones are reported only
 * @param linger how long a closed connection may take to send its unsent bytes
 * @param memoryCapBytes off-heap memory of the whole runtime
 * @param memoryDebug whether data remembers where it was lent, retained and returned; slow
 * @param unsentLimitBytes the default of {@code Connection.unsentLimitBytes()}
 * @param io the name of the I/O provider that is to serve (its service property {@code aem.io}); empty = the highest-ranked.
 *     It counts when one begins to serve
 */
record CoreConfig(
        int workers,
        Duration balanceInterval,
        int balanceBusyPercent,
        int balanceIdlePercent,
        int processes,
        Duration absenceWait,
        Duration ackTimeout,
        Duration closeTimeout,
        Duration watchdogLimit,
        int detachedLimit,
        Duration linger,
        long memoryCapBytes,
        boolean memoryDebug,
        int unsentLimitBytes,
        String io) {
    static final String PID = "aem.core";

    /**
     * @param property the value for a name, or null
     * @throws IllegalArgumentException naming the property, its value and what it may be
     */
    static CoreConfig from(Function<String, Object> property) {
        return new CoreConfig(
                (int) number(property, "aem.workers", Runtime.getRuntime().availableProcessors(), 1, 256),
                duration(property, "aem.balance.interval", "1s"),
                (int) number(property, "aem.balance.busy.percent", 80, 1, 100),
                (int) number(property, "aem.balance.idle.percent", 50, 0, 99),
                (int) number(property, "aem.processes", 100_000, 1, 1 << 24),
                duration(property, "aem.absence.wait", "5s"),
                duration(property, "aem.ack.timeout", "2s"),
                duration(property, "aem.close.timeout", "5s"),
                duration(property, "aem.watchdog.limit", "1s"),
                (int) number(property, "aem.detached.limit", 64, 0, 10_000),
                duration(property, "aem.linger", "10s"),
                number(property, "aem.memory.cap.bytes", 2L << 30, 1 << 24, 1L << 40),
                flag(property, "aem.memory.debug"),
                (int) number(property, "aem.unsent.limit.bytes", 256 << 10, 1, 16 << 20),
                text(property, "aem.io"));
    }

    private static boolean flag(Function<String, Object> property, String name) {
        return switch (text(property, name)) {
            case "true" -> true;
            case "false", "" -> false;
            default -> throw new IllegalArgumentException(name + " must be true or false: " + property.apply(name));
        };
    }

    private static String text(Function<String, Object> property, String name) {
        Object value = property.apply(name);
        return value == null ? "" : value.toString().trim();
    }

    private static long number(Function<String, Object> property, String name, long otherwise, long min, long max) {
        Object value = property.apply(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value.toString().trim());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, with the range
        }
        throw new IllegalArgumentException(name + " must be a number from " + min + " to " + max + ": " + value);
    }

    private static Duration duration(Function<String, Object> property, String name, String otherwise) {
        Object value = property.apply(name);
        try {
            return Durations.parse(value == null ? otherwise : value.toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }
}
