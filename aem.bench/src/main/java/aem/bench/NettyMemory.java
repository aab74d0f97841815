package aem.bench;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.internal.ThreadExecutorMap;

/** One of Netty's allocators, used as on its event loops: with the caches that only these threads have. */
final class NettyMemory implements Memory {
    private final ByteBufAllocator allocator;

    private NettyMemory(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    static Memory adaptive() {
        return new NettyMemory(new AdaptiveByteBufAllocator(true));
    }

    static Memory pooled() {
        return new NettyMemory(new PooledByteBufAllocator(true));
    }

    @Override
    public Thread thread(Runnable body) {
        return new FastThreadLocalThread(ThreadExecutorMap.apply(body, ImmediateEventExecutor.INSTANCE));
    }

    @Override
    public long footprintBytes() {
        return ((ByteBufAllocatorMetricProvider) allocator).metric().usedDirectMemory();
    }

    @Override
    public Blocks blocks(int thread, int slots) {
        var buffers = new ByteBuf[slots];
        return new Blocks() {
            @Override
            public void allocate(int slot, int bytes) {
                ByteBuf buffer = allocator.directBuffer(bytes, bytes);
                buffer.setLong(0, slot);
                buffers[slot] = buffer;
            }

            @Override
            public void free(int slot) {
                buffers[slot].release();
            }

            @Override
            public void freeForeign(int slot) {
                buffers[slot].release();
            }
        };
    }
}
