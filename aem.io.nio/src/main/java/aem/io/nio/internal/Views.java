package aem.io.nio.internal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Byte buffers over regions, kept from call to call: java.nio takes nothing else, and a new one for each call would be
 * three objects. A thread mostly finds the one that it has used last, and most of its calls are for one region.
 */
final class Views {
    private static final int SLOTS = 64;

    /** One thread's at a time: who has taken it out of its slot. */
    static final class View {
        private MemorySegment region;
        private ByteBuffer buffer;

        /** The buffer, from {@code offset}, of {@code length}. */
        ByteBuffer at(MemorySegment of, long offset, int length) {
            if (of.byteSize() > Integer.MAX_VALUE) {
                return of.asSlice(offset, length).asByteBuffer();
            }
            if (region != of) {
                region = of;
                buffer = of.asByteBuffer();
            }
            return buffer.clear().limit((int) offset + length).position((int) offset);
        }
    }

    private final AtomicReferenceArray<View> slots = new AtomicReferenceArray<>(SLOTS);

    private static int slot() {
        return (int) Thread.currentThread().threadId() & SLOTS - 1;
    }

    View take() {
        View view = slots.getAndSet(slot(), null);
        return view == null ? new View() : view;
    }

    void giveBack(View view) {
        slots.set(slot(), view);
    }
}
