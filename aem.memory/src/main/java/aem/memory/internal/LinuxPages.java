package aem.memory.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** madvise(2) and mlock(2). */
@SuppressWarnings("restricted")
final class LinuxPages implements Pages {
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_HUGEPAGE = 14;

    private final MethodHandle madvise;
    private final MethodHandle mlock;

    private LinuxPages() {
        Linker linker = Linker.nativeLinker();
        madvise = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("madvise"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        mlock = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("mlock"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    }

    /** Those of this system; on others than 64-bit Linux, or where the JVM forbids native calls, none. */
    static Pages ofSystem() {
        if (!"Linux".equals(System.getProperty("os.name")) || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            return NONE;
        }
        try {
            return new LinuxPages();
        } catch (IllegalCallerException | UnsupportedOperationException e) {
            return NONE;
        }
    }

    @Override
    public boolean huge(MemorySegment segment) {
        return advise(segment, MADV_HUGEPAGE);
    }

    @Override
    public boolean giveBack(MemorySegment segment) {
        return advise(segment, MADV_DONTNEED);
    }

    private boolean advise(MemorySegment segment, int advice) {
        try {
            return (int) madvise.invokeExact(segment, segment.byteSize(), advice) == 0;
        } catch (Throwable t) {
            throw new IllegalStateException("madvise", t);
        }
    }

    @Override
    public boolean lock(MemorySegment segment) {
        try {
            return (int) mlock.invokeExact(segment, segment.byteSize()) == 0;
        } catch (Throwable t) {
            throw new IllegalStateException("mlock", t);
        }
    }
}
