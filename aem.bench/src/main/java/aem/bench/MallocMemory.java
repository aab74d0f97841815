package aem.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The C library's malloc and free by the shortest way there is, and Java's confined arenas, which use them too. */
@SuppressWarnings("restricted")
final class MallocMemory implements Memory {
    private static final MemoryLayout MALLINFO2 = MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG);
    // fields of struct mallinfo2
    private static final int ARENA = 0;
    private static final int HBLKHD = 4;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MALLOC = LINKER.downcallHandle(
            LINKER.defaultLookup().find("malloc").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
            Linker.Option.critical(false));
    private static final MethodHandle FREE = LINKER.downcallHandle(
            LINKER.defaultLookup().find("free").orElseThrow(),
            FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG),
            Linker.Option.critical(false));
    private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private final boolean arenas;
    private final MethodHandle mallinfo2;
    private final long baseBytes;

    /** @param arenas whether it is confined arenas that are measured */
    MallocMemory(boolean arenas) {
        this.arenas = arenas;
        mallinfo2 = LINKER.defaultLookup()
                .find("mallinfo2")
                .map(address -> LINKER.downcallHandle(
                        address, FunctionDescriptor.of(MemoryLayout.structLayout(MALLINFO2.withName("fields")))))
                .orElse(null);
        baseBytes = systemBytes();
    }

    /** Whether there is a malloc to be called. */
    static boolean available() {
        return LINKER.defaultLookup().find("malloc").isPresent();
    }

    /** {@inheritDoc} More than at the start of this JVM; what the JVM itself has taken since is in it too. */
    @Override
    public long footprintBytes() {
        return systemBytes() - baseBytes;
    }

    private long systemBytes() {
        if (mallinfo2 == null) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            var info = (MemorySegment) mallinfo2.invokeExact((SegmentAllocator) arena);
            return info.getAtIndex(ValueLayout.JAVA_LONG, ARENA) + info.getAtIndex(ValueLayout.JAVA_LONG, HBLKHD);
        } catch (Throwable t) {
            throw new IllegalStateException("mallinfo2", t);
        }
    }

    @Override
    public Blocks blocks(int thread, int slots) {
        return arenas ? new Arenas(slots) : new Malloc(slots);
    }

    private static final class Malloc implements Blocks {
        private final long[] addresses;

        Malloc(int slots) {
            addresses = new long[slots];
        }

        @Override
        public void allocate(int slot, int bytes) {
            try {
                long address = (long) MALLOC.invokeExact((long) bytes);
                EVERYTHING.set(ValueLayout.JAVA_LONG, address, address);
                addresses[slot] = address;
            } catch (Throwable t) {
                throw new IllegalStateException("malloc", t);
            }
        }

        @Override
        public void free(int slot) {
            try {
                FREE.invokeExact(addresses[slot]);
            } catch (Throwable t) {
                throw new IllegalStateException("free", t);
            }
        }

        @Override
        public void freeForeign(int slot) {
            free(slot);
        }
    }

    private static final class Arenas implements Blocks {
        private final Arena[] arenas;

        Arenas(int slots) {
            arenas = new Arena[slots];
        }

        @Override
        public void allocate(int slot, int bytes) {
            Arena arena = Arena.ofConfined();
            arena.allocate(bytes, Long.BYTES).set(ValueLayout.JAVA_LONG, 0, slot);
            arenas[slot] = arena;
        }

        @Override
        public void free(int slot) {
            arenas[slot].close();
        }

        @Override
        public void freeForeign(int slot) {
            throw new UnsupportedOperationException("a confined arena is closed by its own thread");
        }
    }
}
