package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The native memory of one call: its errno, and room for a small argument. Used by one thread at a time: its owner, or
 * who got it from a {@link ScratchPool}.
 */
final class Scratch {
    /** Whole cache lines, so that the workers' scratches share none. */
    static final int BYTES = 256;

    static final int ALIGNMENT_BYTES = 64;

    /** Room for an argument; the largest is a sockaddr_storage, 128 bytes. */
    static final int ARGUMENT_BYTES = 128;

    private static final int TAKEN_OFFSET = 0;
    private static final int CAPTURE_OFFSET = 8;
    private static final int SECOND_ARGUMENT_OFFSET = 64;
    private static final int ARGUMENT_OFFSET = BYTES - ARGUMENT_BYTES;

    private static final VarHandle INT = JAVA_INT.varHandle();

    /** The capture segment: first argument of each call. */
    final MemorySegment capture;

    /** The argument that a call reads or fills. */
    final MemorySegment argument;

    /** Its address. */
    final long argumentAddress;

    /** A second one of 4 bytes, for lengths that go in and out. */
    final MemorySegment length;

    /** Its address. */
    final long lengthAddress;

    private final MemorySegment memory;

    /**
     * @param memory {@link #BYTES}, zero, of an arena that lives as long as the segment is reachable
     */
    Scratch(MemorySegment memory) {
        this.memory = memory;
        capture = memory.asSlice(CAPTURE_OFFSET, Native.CAPTURE_BYTES);
        argument = memory.asSlice(ARGUMENT_OFFSET, ARGUMENT_BYTES);
        argumentAddress = argument.address();
        length = memory.asSlice(SECOND_ARGUMENT_OFFSET, JAVA_INT.byteSize());
        lengthAddress = length.address();
    }

    /** The errno of the last call, which has failed. */
    int errno() {
        return capture.get(JAVA_INT, Native.ERRNO_OFFSET);
    }

    /** Takes it if nobody has it. */
    boolean tryTake() {
        return (int) INT.getVolatile(memory, (long) TAKEN_OFFSET) == 0
                && INT.compareAndSet(memory, (long) TAKEN_OFFSET, 0, 1);
    }

    /** Gives it back. */
    void release() {
        INT.setRelease(memory, (long) TAKEN_OFFSET, 0);
    }
}
