package aem.io.nio.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Channels take {@link ByteBuffer}s only, and each {@link MemorySegment#asByteBuffer} makes one. So those over the core's
 * regions are kept: these are few, large, and never unmapped. Other memory is copied by way of one buffer, since a buffer
 * over it that was kept would keep the memory, too. Used by one thread at a time: who took it from a {@link BufferPool}.
 */
final class Buffers {
    static final int COPY_BYTES = 64 << 10;

    /** What is smaller is no region: see aem.memory's smallest. */
    static final int MIN_REGION_BYTES = 1 << 20;

    /** More than 2 GiB, the default cap of memory, in regions of the default size, 16 MiB, for each of two workers. */
    private static final int MAX_VIEWS = 256;

    private static final int FIRST_VIEWS = 8;
    private static final MemorySegment.Scope NEVER_FREED = Arena.global().scope();
    private static final VarHandle TAKEN;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(Buffers.class, "taken", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile boolean taken;

    private MemorySegment[] regions = new MemorySegment[FIRST_VIEWS];
    private ByteBuffer[] views = new ByteBuffer[FIRST_VIEWS];
    private int count;
    private int last;
    private int next;

    private ByteBuffer copy;
    private MemorySegment copyMemory;

    /** Takes it if nobody has it. */
    boolean tryTake() {
        return !taken && TAKEN.compareAndSet(this, false, true);
    }

    /** Gives it back. */
    void release() {
        TAKEN.setRelease(this, false);
    }

    /** As {@link SocketChannel#read}. */
    int read(SocketChannel channel, MemorySegment region, long offset, int length) throws IOException {
        if (isRegion(region)) {
            return channel.read(view(region, offset, length));
        }
        int bytes = channel.read(copy(Math.min(length, COPY_BYTES)));
        if (bytes > 0) {
            MemorySegment.copy(copyMemory, 0, region, offset, bytes);
        }
        return bytes;
    }

    /** As {@link SocketChannel#write}. */
    int write(SocketChannel channel, MemorySegment region, long offset, int length) throws IOException {
        if (isRegion(region)) {
            return channel.write(view(region, offset, length));
        }
        int offered = Math.min(length, COPY_BYTES);
        ByteBuffer buffer = copy(offered);
        MemorySegment.copy(region, offset, copyMemory, 0, offered);
        return channel.write(buffer);
    }

    private static boolean isRegion(MemorySegment memory) {
        long bytes = memory.byteSize();
        return bytes >= MIN_REGION_BYTES
                && bytes <= Integer.MAX_VALUE
                && memory.scope().equals(NEVER_FREED);
    }

    private ByteBuffer view(MemorySegment region, long offset, int length) {
        if (regions[last] != region) {
            last = indexOf(region);
        }
        return views[last].limit((int) offset + length).position((int) offset);
    }

    private int indexOf(MemorySegment region) {
        for (int i = 0; i < count; i++) {
            if (regions[i] == region) {
                return i;
            }
        }
        return add(region);
    }

    private int add(MemorySegment region) {
        int index = count;
        if (count == MAX_VIEWS) {
            index = next++ % MAX_VIEWS; // of somebody's own large segments: the oldest goes
        } else {
            count++;
            if (count > regions.length) {
                regions = java.util.Arrays.copyOf(regions, 2 * regions.length);
                views = java.util.Arrays.copyOf(views, 2 * views.length);
            }
        }
        regions[index] = region;
        views[index] = region.asByteBuffer();
        return index;
    }

    private ByteBuffer copy(int length) {
        if (copy == null) {
            copy = ByteBuffer.allocateDirect(COPY_BYTES);
            copyMemory = MemorySegment.ofBuffer(copy);
        }
        return copy.limit(length).position(0);
    }
}
