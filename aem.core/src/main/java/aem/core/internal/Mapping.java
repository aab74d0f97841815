package aem.core.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Maps regions, for ever. On Linux by mmap(2), in microseconds and without taking memory: the system gives each page when
 * it is first touched. Elsewhere, or where the JVM forbids native calls, by Java's own arena, which fills all of it with
 * zeros: milliseconds, in which the worker does nothing else.
 */
@SuppressWarnings("restricted")
final class Mapping {
    private static final int PROT_READ_WRITE = 3;
    /** MAP_PRIVATE, MAP_ANONYMOUS and MAP_NORESERVE. */
    private static final int FLAGS = 0x02 | 0x20 | 0x4000;

    private static final long MAP_FAILED = -1;
    /** Of a huge page: only so can a region consist of them. */
    private static final long MAX_ALIGNMENT_BYTES = 2 << 20;

    private static final MethodHandle MMAP = mmap();

    private Mapping() {}

    private static MethodHandle mmap() {
        if (!"Linux".equals(System.getProperty("os.name")) || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            return null;
        }
        try {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("mmap"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG));
        } catch (IllegalCallerException | UnsupportedOperationException e) {
            return null;
        }
    }

    /**
     * Maps memory that is all zero.
     *
     * @param bytes a power of two; it is aligned to that, or to a huge page
     * @return null if the system has no room for it
     */
    static MemorySegment map(long bytes) {
        long alignment = Math.min(bytes, MAX_ALIGNMENT_BYTES);
        if (MMAP == null) {
            return Arena.global().allocate(bytes, alignment);
        }
        long address;
        try {
            // what is too much at both ends are addresses only
            address = (long) MMAP.invokeExact(0L, bytes + alignment, PROT_READ_WRITE, FLAGS, -1, 0L);
        } catch (Throwable t) {
            throw new IllegalStateException("mmap", t);
        }
        return address == MAP_FAILED
                ? null
                : MemorySegment.ofAddress(address + alignment - 1 & -alignment).reinterpret(bytes);
    }
}
