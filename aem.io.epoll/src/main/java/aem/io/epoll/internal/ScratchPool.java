package aem.io.epoll.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Scratch memory for calls on any thread, without a ThreadLocal (which would outlive the bundle on the core's threads)
 * and without allocation: a thread starts to look at the slot of its id.
 */
final class ScratchPool {
    /** A power of 2, several times the workers of a large machine's share: two threads rarely want the same slot. */
    private static final int SLOTS = 64;

    /** Slots looked at before a fresh one is made. */
    private static final int PROBES = 8;

    private final Scratch[] slots = new Scratch[SLOTS];

    ScratchPool() {
        MemorySegment memory = Arena.ofAuto().allocate((long) SLOTS * Scratch.BYTES, Scratch.ALIGNMENT_BYTES);
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Scratch(memory.asSlice((long) i * Scratch.BYTES, Scratch.BYTES));
        }
    }

    /** A scratch of nobody's pool. */
    static Scratch fresh() {
        return new Scratch(Arena.ofAuto().allocate(Scratch.BYTES, Scratch.ALIGNMENT_BYTES));
    }

    /** To be given back by {@link Scratch#release} after the call. */
    Scratch take() {
        int first = (int) Thread.currentThread().threadId();
        for (int i = 0; i < PROBES; i++) {
            Scratch scratch = slots[first + i & SLOTS - 1];
            if (scratch.tryTake()) {
                return scratch;
            }
        }
        return fresh();
    }
}
