package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An array of struct epoll_event: packed on x86-64, naturally aligned elsewhere. */
final class EpollEvents {
    private static final boolean PACKED = isPacked(System.getProperty("os.arch"));
    private static final long DATA_OFFSET = PACKED ? 4 : 8;
    private static final long STRIDE_BYTES = PACKED ? 12 : 16;

    private final MemorySegment memory;

    EpollEvents(int count) {
        memory = Arena.ofAuto().allocate(count * STRIDE_BYTES, Long.BYTES);
    }

    static boolean isPacked(String arch) {
        return arch.equals("amd64") || arch.equals("x86_64");
    }

    /** Writes one struct to the begin of {@code to}. */
    static void set(MemorySegment to, int events, long data) {
        to.set(JAVA_INT_UNALIGNED, 0, events);
        to.set(JAVA_LONG_UNALIGNED, DATA_OFFSET, data);
    }

    long address() {
        return memory.address();
    }

    int count() {
        return (int) (memory.byteSize() / STRIDE_BYTES);
    }

    int events(int index) {
        return memory.get(JAVA_INT_UNALIGNED, index * STRIDE_BYTES);
    }

    long data(int index) {
        return memory.get(JAVA_LONG_UNALIGNED, index * STRIDE_BYTES + DATA_OFFSET);
    }
}
