package aem.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** Measures one allocator with all loads, in a JVM of its own; a line for each load. */
public final class MemoryRun {
    private static final int SEQUENCE = 1 << 14;
    private static final int BATCH = 1 << 12;
    private static final int IN_FLIGHT = 1 << 10;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final MemoryRival rival;
    private final Memory memory;
    private final long nanos;

    /** What one thread has used up. */
    private record Cost(long operations, long cpuNs, long wallNs, long heapBytes) {}

    MemoryRun(MemoryRival rival, long nanos) {
        this.rival = rival;
        this.memory = rival.open();
        this.nanos = nanos;
    }

    public static void main(String[] args) throws InterruptedException {
        Parent.follow();
        var run = new MemoryRun(MemoryRival.of(args[0]), Long.parseLong(args[1]) * 1_000_000);
        for (MemoryLoad load : MemoryLoad.all()) {
            if (!load.foreign() || run.rival.crossesThreads()) {
                System.out.println(run.measure(load));
            }
        }
    }

    /** The load's line: see {@link JavaClient#figures}. */
    String measure(MemoryLoad load) throws InterruptedException {
        int threads = load.foreign() ? 2 : load.threads();
        var costs = new Cost[threads];
        var failure = new AtomicReference<Throwable>();
        var handOver = load.foreign() ? new HandOver() : null;
        var barrier = new CyclicBarrier(threads);
        var footprint = new double[2];
        var bodies = new Thread[threads];
        long[] liveBytes = new long[threads];
        for (int i = 0; i < threads; i++) {
            int index = i;
            bodies[i] = memory.thread(() -> {
                try {
                    if (handOver == null) {
                        var direct = new Direct(load, index);
                        direct.run(3 * nanos);
                        barrier.await();
                        costs[index] = direct.run(nanos);
                        liveBytes[index] = direct.liveBytes();
                        if (barrier.await() == 0) {
                            footprint[0] = memory.footprintBytes();
                            footprint[1] = memory.externalFragmentation();
                        }
                        barrier.await();
                        direct.end();
                    } else {
                        costs[index] = handOver.run(index == 0, load, barrier);
                        if (index == 0) {
                            footprint[0] = memory.footprintBytes();
                            footprint[1] = memory.externalFragmentation();
                        }
                    }
                } catch (InterruptedException | BrokenBarrierException | RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                    barrier.reset();
                }
            });
            bodies[i].start();
        }
        for (Thread body : bodies) {
            body.join();
        }
        if (failure.get() != null) {
            throw new IllegalStateException(rival.label() + ": " + load, failure.get());
        }
        return line(load, costs, Arrays.stream(liveBytes).sum(), footprint);
    }

    private static String line(MemoryLoad load, Cost[] costs, long liveBytes, double... footprint) {
        // where one thread allocates and the other frees an operation takes both, at the same time
        int share = load.foreign() ? 1 : costs.length;
        double cpu = 0;
        double wall = 0;
        double heap = 0;
        for (Cost cost : costs) {
            cpu += (double) cost.cpuNs / cost.operations / share;
            wall += (double) cost.wallNs / cost.operations / costs.length;
            heap += (double) cost.heapBytes / cost.operations / share;
        }
        return String.format(
                Locale.ROOT,
                "cpu_ns=%.2f wall_ns=%.2f heap_bytes=%.3f live_bytes=%d footprint_bytes=%.0f"
                        + " external_fragmentation=%.4f",
                cpu,
                wall,
                heap,
                liveBytes,
                footprint[0],
                footprint[1]);
    }

    /** Runs a batch again and again for so long. */
    private static Cost time(long nanos, Runnable batch) {
        long operations = 0;
        long heap = THREADS.getCurrentThreadAllocatedBytes();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        long took;
        do {
            batch.run();
            operations += BATCH;
            took = System.nanoTime() - start;
        } while (took < nanos);
        cpu = THREADS.getCurrentThreadCpuTime() - cpu;
        heap = THREADS.getCurrentThreadAllocatedBytes() - heap;
        return new Cost(operations, cpu, took, heap);
    }

    /** A thread that frees what it has allocated. */
    private final class Direct {
        private final MemoryLoad load;
        private final Blocks blocks;
        private final int[] sizes;
        private final int[] slots;
        private final int[] held;
        private int next;

        Direct(MemoryLoad load, int index) {
            this.load = load;
            blocks = memory.blocks(index, Math.max(1, load.live()));
            sizes = MemoryLoad.sizes(SEQUENCE, index);
            held = new int[load.live()];
            slots = RandomGenerator.of("L64X128MixRandom")
                    .ints(SEQUENCE, 0, Math.max(1, load.live()))
                    .toArray();
            for (int slot = 0; slot < held.length; slot++) {
                held[slot] = sizes[slot];
                blocks.allocate(slot, sizes[slot]);
            }
        }

        Cost run(long forNs) {
            return time(forNs, load.live() == 0 ? this::atOnce : this::live);
        }

        private void atOnce() {
            int bytes = load.bytes();
            for (int i = 0; i < BATCH; i++) {
                blocks.allocate(0, bytes);
                blocks.free(0);
            }
        }

        private void live() {
            int n = next;
            for (int i = 0; i < BATCH; i++, n++) {
                int slot = slots[n & SEQUENCE - 1];
                int bytes = sizes[n & SEQUENCE - 1];
                blocks.free(slot);
                blocks.allocate(slot, bytes);
                held[slot] = bytes;
            }
            next = n;
        }

        long liveBytes() {
            return Arrays.stream(held).sum();
        }

        void end() {
            for (int slot = 0; slot < held.length; slot++) {
                blocks.free(slot);
            }
        }
    }

    /** One thread allocates, the other frees; a ring of slots between them. */
    private final class HandOver {
        private static final long REST_NS = 20_000;

        private final int[] sizes = MemoryLoad.sizes(SEQUENCE, 0);
        private volatile Blocks blocks;
        private volatile long allocated;
        private volatile long freed;
        private volatile boolean ended;
        private long produced;
        private long consumed;

        Cost run(boolean producer, MemoryLoad load, CyclicBarrier barrier)
                throws InterruptedException, BrokenBarrierException {
            if (producer) {
                blocks = memory.blocks(0, IN_FLIGHT);
            }
            barrier.await();
            if (!producer) {
                return consume();
            }
            Blocks own = blocks;
            time(3 * nanos, () -> produce(own, load.bytes()));
            Cost cost = time(nanos, () -> produce(own, load.bytes()));
            while (freed < allocated) {
                LockSupport.parkNanos(REST_NS);
            }
            own.collect();
            ended = true;
            return cost;
        }

        private void produce(Blocks own, int fixed) {
            long end = produced + BATCH;
            while (produced < end) {
                long limit = Math.min(end, freed + IN_FLIGHT);
                // after the reading of freed: all slots that were freed are home then
                own.collect();
                if (produced == limit) {
                    LockSupport.parkNanos(REST_NS);
                }
                limit = Math.min(limit, produced + 64);
                for (; produced < limit; produced++) {
                    own.allocate(
                            (int) produced & IN_FLIGHT - 1, fixed == 0 ? sizes[(int) produced & SEQUENCE - 1] : fixed);
                }
                allocated = produced;
            }
        }

        /** Measured over all of its life, the warm-up included. */
        private Cost consume() {
            Blocks foreign = blocks;
            long heap = THREADS.getCurrentThreadAllocatedBytes();
            long cpu = THREADS.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            while (!ended) {
                long limit = allocated;
                if (consumed == limit) {
                    LockSupport.parkNanos(REST_NS);
                }
                for (; consumed < limit; consumed++) {
                    foreign.freeForeign((int) consumed & IN_FLIGHT - 1);
                }
                freed = consumed;
            }
            return new Cost(
                    consumed,
                    THREADS.getCurrentThreadCpuTime() - cpu,
                    System.nanoTime() - start,
                    THREADS.getCurrentThreadAllocatedBytes() - heap);
        }
    }
}
