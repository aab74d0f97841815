package aem.core.internal;

import aem.api.io.IoProvider;
import aem.api.memory.Block;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * The bytes that a connection was given and its socket did not take, in order, in blocks of the process's pool. When the
 * pool has none (its quota is met, or no allocator is there) they stand in memory outside of it, because they have been
 * accepted: the bound is the connection's limit, which is checked before.
 */
final class UnsentQueue {
    private static final int MIN_CHUNK_BYTES = 4 << 10;
    private static final int MAX_CHUNK_BYTES = 64 << 10;

    private static final class Chunk {
        /** Whose block it is; null if it is none. */
        Pool pool;

        long block;
        MemorySegment segment;
        long base;
        int capacity;
        int start;
        int end;
    }

    private final CoreProcess process;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>(2);
    private long bytes;

    UnsentQueue(CoreProcess process) {
        this.process = process;
    }

    long bytes() {
        return bytes;
    }

    void append(MemorySegment source, long offset, int length) {
        long from = offset;
        int left = length;
        while (left > 0) {
            Chunk last = chunks.peekLast();
            if (last == null || last.end == last.capacity) {
                last = newChunk(left);
                chunks.addLast(last);
            }
            int count = Math.min(left, last.capacity - last.end);
            MemorySegment.copy(source, from, last.segment, last.base + last.end, count);
            last.end += count;
            from += count;
            left -= count;
        }
        bytes += length;
    }

    private Chunk newChunk(int wanted) {
        int capacity = Math.clamp(wanted, MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
        Chunk chunk = new Chunk();
        long block = process.allocate(capacity);
        if (block != Block.NONE) {
            chunk.pool = process.pool();
            chunk.block = block;
            chunk.segment = process.worker.region(block);
            chunk.base = Block.offset(block);
            chunk.capacity = Block.size(block);
        } else {
            chunk.segment = Arena.ofAuto().allocate(capacity);
            chunk.capacity = capacity;
        }
        return chunk;
    }

    /**
     * Sends what the socket takes, at most {@code maxWrites} times.
     *
     * @return the result of the last write; 0 or more if the socket may take more
     */
    int flush(IoProvider io, CoreConnection connection, int maxWrites) {
        int result = 0;
        for (int i = 0; i < maxWrites && bytes > 0; i++) {
            Chunk first = chunks.peekFirst();
            result = io.write(connection, first.segment, first.base + first.start, first.end - first.start);
            if (result < 0) {
                return result;
            }
            first.start += result;
            bytes -= result;
            connection.countWritten(result);
            if (first.start == first.end) {
                free(chunks.pollFirst());
            }
        }
        return result;
    }

    void clear() {
        for (Chunk chunk = chunks.pollFirst(); chunk != null; chunk = chunks.pollFirst()) {
            free(chunk);
        }
        bytes = 0;
    }

    private void free(Chunk chunk) {
        if (chunk.pool != null) {
            process.free(chunk.pool, chunk.block);
        }
    }
}
