package aem.core.internal;

import aem.api.memory.Allocator;
import aem.api.memory.Block;

/**
 * The account of a process with one worker's allocator. A process that moves opens another one there, and the one that it
 * has left ends with its last block. Used on that worker's thread alone.
 */
final class Pool {
    final Worker worker;
    private final CoreProcess process;
    private final int slot;
    private long quotaBytes;
    private boolean open;
    private boolean closed;
    private boolean left;
    private long blocks;
    private long usedBytes;
    private long leftBytes;

    /** Opens it, or has it opened when there is an allocator. */
    Pool(CoreProcess process, Worker worker, int slot, long quotaBytes) {
        this.process = process;
        this.worker = worker;
        this.slot = slot;
        this.quotaBytes = quotaBytes;
        worker.pool(slot, this);
        open();
    }

    private void open() {
        if (!open && !closed && worker.allocator != null) {
            worker.allocator.openPool(slot, quotaBytes);
            open = true;
        }
    }

    /** A new allocator serves; a fresh one does not know the pool. */
    void allocatorOpened(boolean fresh) {
        if (fresh) {
            open = false;
        }
        open();
    }

    void quota(long bytes) {
        quotaBytes = bytes;
        if (open && worker.allocator != null) {
            worker.allocator.quota(slot, bytes);
        }
    }

    /** A block, or {@link Block#NONE}. */
    long allocate(int bytes) {
        if (worker.allocator == null || !open) {
            return Block.NONE;
        }
        long block = worker.allocator.allocate(slot, bytes);
        if (block == Allocator.QUOTA || block == Allocator.EXHAUSTED) {
            return Block.NONE;
        }
        blocks++;
        usedBytes += Block.size(block);
        process.core.recording.block(process, worker, Block.size(block), true);
        return block;
    }

    void free(long block) {
        if (worker.allocator == null) {
            worker.freeLater(this, block);
            return;
        }
        if (!open) {
            return; // closed, and all blocks with it
        }
        if (!worker.allocator.free(slot, block)) {
            worker.core.reports.add("process " + process.name() + " returned a block that is not its own");
            return;
        }
        blocks--;
        usedBytes -= Block.size(block);
        process.core.recording.block(process, worker, Block.size(block), false);
        if (left) {
            endIfEmpty();
        }
    }

    CoreProcess process() {
        return process;
    }

    /** The blocks that it still has. */
    long blocks() {
        return blocks;
    }

    /** What it had when the process left. */
    long leftBytes() {
        return leftBytes;
    }

    /** The process is leaving for another worker; what it still has of this one comes back one by one. */
    void leave() {
        left = true;
        leftBytes = usedBytes;
        if (blocks == 0) {
            close();
        }
    }

    private void endIfEmpty() {
        if (blocks == 0 && !closed) {
            close();
            process.post(new Errand(process) {
                @Override
                void carryOut(Worker on) {
                    process.ended(Pool.this);
                }
            });
        }
    }

    /** Returns whole. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (open && worker.allocator != null) {
            worker.allocator.closePool(slot);
        } else if (open) {
            worker.closePoolLater(slot);
        }
        open = false;
        worker.retireProcess(slot);
    }
}
