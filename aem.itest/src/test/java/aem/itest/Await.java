package aem.itest;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions. The limits are generous: they tell a hang from a slow machine, and are no requirement. */
final class Await {
    static final long LIMIT_MS = 60_000;

    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private Await() {}

    static void until(String what, BooleanSupplier condition) {
        until(() -> what, condition);
    }

    /** @param what is awaited, and how far it has come */
    static void until(Supplier<String> what, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("not within " + LIMIT_MS + " ms: " + what.get() + "\n" + threads());
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    static <T> T value(String what, Supplier<T> source) {
        return value(() -> what, source);
    }

    /** Waits until the source gives something else than null. */
    static <T> T value(Supplier<String> what, Supplier<T> source) {
        AtomicReference<T> value = new AtomicReference<>();
        until(what, () -> {
            value.set(source.get());
            return value.get() != null;
        });
        return value.get();
    }

    /** Waits for the end of a thread. */
    static void end(Thread thread) {
        until(thread.getName() + " ends", () -> !thread.isAlive());
    }

    private static String threads() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            text.append('"').append(entry.getKey().getName()).append('"').append('\n');
            for (StackTraceElement element : entry.getValue()) {
                text.append("    at ").append(element).append('\n');
            }
        }
        return text.toString();
    }
}
