package aem.api;

/**
 * What a process may use at most.
 *
 * @param events live events
 * @param connections open connections and listeners
 * @param memoryBytes off-heap memory: data lent to handlers, retained data, unsent bytes
 */
public record ProcessLimits(int events, int connections, long memoryBytes) {
    /** One million events, 100,000 connections, 1 GiB. */
    public static final ProcessLimits DEFAULT = new ProcessLimits(1_000_000, 100_000, 1L << 30);

    public ProcessLimits {
        positive("events", events);
        positive("connections", connections);
        positive("memoryBytes", memoryBytes);
    }

    public ProcessLimits withEvents(int events) {
        return new ProcessLimits(events, connections, memoryBytes);
    }

    public ProcessLimits withConnections(int connections) {
        return new ProcessLimits(events, connections, memoryBytes);
    }

    public ProcessLimits withMemoryBytes(long memoryBytes) {
        return new ProcessLimits(events, connections, memoryBytes);
    }

    private static void positive(String what, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("limit " + what + " must be positive: " + value);
        }
    }
}
