package aem.bench;

import java.util.Locale;
import java.util.SplittableRandom;

/** Measures one kind of timers with one number of pending ones, in a JVM of its own; prints a line. */
public final class WheelRun {
    /** Those that stay fire after a minute at least: not while anything is measured. */
    private static final long FAR_NS = 60_000_000_000L;

    private static final long SPREAD_NS = 3_600_000_000_000L;
    /** The timers that fire do so within this time. */
    private static final long SOON_NS = 200_000_000;

    private static final int OPERATIONS = 1_000_000;
    private static final int MOST_FIRED = 1_000_000;

    private final Timers timers;
    private final int pending;
    private final SplittableRandom random = new SplittableRandom(1);
    private long expired;

    WheelRun(Timers timers, int pending) {
        this.timers = timers;
        this.pending = pending;
    }

    public static void main(String[] args) throws InterruptedException {
        Parent.follow();
        try (Timers timers = WheelRival.of(args[0]).open()) {
            System.out.println(new WheelRun(timers, Integer.parseInt(args[1])).measure(OPERATIONS));
        }
        System.exit(0);
    }

    /** The line: see {@link JavaClient#figures}. Processor time of the whole process, so that all its threads count. */
    String measure(int operations) throws InterruptedException {
        int firing = Math.min(pending, Math.min(operations, MOST_FIRED));
        timers.slots(pending + firing + 1);
        long heapBefore = usedHeap();
        for (int slot = 0; slot < pending; slot++) {
            timers.start(slot, far());
            if ((slot & 0xffff) == 0xffff) {
                timers.settle();
            }
        }
        timers.settle();
        long bytes = usedHeap() - heapBefore;
        startAndCancel(operations);
        double cancelNs = startAndCancel(operations);
        startAndFire(firing);
        double fireNs = startAndFire(firing);
        return String.format(
                Locale.ROOT, "cancel_ns=%.2f fire_ns=%.2f bytes=%.1f", cancelNs, fireNs, (double) bytes / pending);
    }

    private long far() {
        return FAR_NS + random.nextLong(SPREAD_NS);
    }

    /** One that was started before is cancelled, a random one, and started anew. */
    private double startAndCancel(int operations) throws InterruptedException {
        int[] order = new int[1 << 16];
        for (int i = 0; i < order.length; i++) {
            order[i] = random.nextInt(pending);
        }
        double cpuNs = cpuNs();
        for (int i = 0; i < operations; i++) {
            int slot = order[i & order.length - 1];
            timers.cancel(slot);
            timers.start(slot, far());
        }
        timers.settle();
        return (cpuNs() - cpuNs) / operations;
    }

    /** Among those that stay. What the timers' threads do in a pause is theirs too. */
    private double startAndFire(int count) throws InterruptedException {
        double cpuNs = cpuNs();
        for (int i = 0; i < count; i++) {
            timers.start(pending + i, random.nextLong(SOON_NS));
        }
        expired += count;
        timers.awaitExpired(expired);
        return (cpuNs() - cpuNs) / count;
    }

    /** Of all threads, the collector's too. */
    private static double cpuNs() {
        return Machine.cpuNanos(ProcessHandle.current().pid());
    }

    private static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
