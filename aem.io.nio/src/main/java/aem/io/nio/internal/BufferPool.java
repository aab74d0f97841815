package aem.io.nio.internal;

/**
 * Buffers for calls on any thread, without a ThreadLocal (which would outlive the bundle on the core's threads) and
 * without allocation: a thread starts to look at the slot of its id.
 */
final class BufferPool {
    /** A power of 2, several times the workers of a large machine's share: two threads rarely want the same slot. */
    private static final int SLOTS = 64;

    /** Slots looked at before a fresh one is made. */
    private static final int PROBES = 8;

    private final Buffers[] slots = new Buffers[SLOTS];

    BufferPool() {
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Buffers();
        }
    }

    /** To be given back by {@link Buffers#release} after the call. */
    Buffers take() {
        int first = (int) Thread.currentThread().threadId();
        for (int i = 0; i < PROBES; i++) {
            Buffers buffers = slots[first + i & SLOTS - 1];
            if (buffers.tryTake()) {
                return buffers;
            }
        }
        Buffers fresh = new Buffers();
        fresh.tryTake();
        return fresh;
    }
}
