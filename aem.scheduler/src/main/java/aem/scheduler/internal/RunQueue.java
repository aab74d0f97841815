package aem.scheduler.internal;

import static aem.scheduler.internal.IntLists.NONE;

import aem.api.part.PartState;
import java.util.Arrays;
import java.util.Map;

/**
 * The processes by slot, and the choice of the one whose handler runs next (slides: 'Soft real-time responsiveness').
 *
 * <p>Within an epoch each runnable process gets its slice, in order of weight; the next epoch begins when all that are
 * runnable have spent theirs. {@code srt_base} is the same for all and is taken once an epoch, so the order of weights is
 * that of {@code srt_priority}, which changes with each activation and each handler.
 */
class RunQueue {
    /** With more runnable processes than this only one choice in {@link #CHECK_EVERY} is checked. */
    private static final int CHECK_ALWAYS = 16;

    private static final int CHECK_EVERY = 64;
    /** Debt beyond this many largest quanta is forgiven: 1 s at 20 ms. */
    private static final int DEBT_QUANTA = 50;

    private Settings settings;
    /** Grows with each process in the slot. */
    private int[] incarnation;

    private boolean[] used;
    /** How {@link #srtPriority} is made in this epoch. */
    private SrtPriority made;
    /** Only if it is the greatest priority that counts. */
    private Levels levels;

    private Runnable weigher = () -> {};
    private long[] srtPriority;
    /** Left of the slice of the epoch in {@link #epochOf}; negative: overrun, to be paid back from the next one. */
    private long[] sliceLeftNs;

    private long[] epochOf;
    /** Index in {@link #runnable}, or NONE. */
    private int[] position;

    private int[] runnable;
    private int runnableCount;
    private int current = NONE;
    private long epoch;
    private long srtBase;
    private long handlersPerSecond;
    private long orderViolations;
    private int unchecked;
    /** Of all processes: those that are not runnable have none. */
    private long totalPriority;

    RunQueue(Settings settings, int capacity) {
        this.settings = settings;
        make(settings.srtPriority(), capacity);
        srtBase = settings.cste();
        incarnation = new int[capacity];
        used = new boolean[capacity];
        srtPriority = new long[capacity];
        sliceLeftNs = new long[capacity];
        epochOf = new long[capacity];
        position = new int[capacity];
        Arrays.fill(position, NONE);
        runnable = new int[capacity];
    }

    RunQueue(Settings settings, PartState state) {
        this(settings, state.get("process.used", boolean[].class).length);
        used = state.get("process.used", boolean[].class);
        long[] figures = state.get("process.figures", long[].class);
        epoch = figures[0];
        srtBase = figures[1];
        orderViolations = figures[2];
        if (!hasOrder(state)) {
            epoch++; // everybody has a whole slice
            Arrays.fill(epochOf, epoch - 1);
            return;
        }
        incarnation = state.get("order.incarnation", int[].class);
        srtPriority = state.get("order.srtPriority", long[].class);
        sliceLeftNs = state.get("order.sliceLeftNs", long[].class);
        epochOf = state.get("order.epochOf", long[].class);
        position = state.get("order.position", int[].class);
        runnable = state.get("order.runnable", int[].class);
        long[] order = state.get("order.figures", long[].class);
        runnableCount = (int) order[0];
        current = (int) order[1];
        totalPriority = order[2];
        made = SrtPriority.values()[(int) order[3]];
        levels = made == SrtPriority.MAX ? new Levels(state) : null;
    }

    /** Whether the predecessor handed over what it had worked out; if not, {@link Activations} does that anew. */
    static boolean hasOrder(PartState state) {
        return state.values().containsKey("order.figures");
    }

    void save(Map<String, Object> state) {
        state.put("process.used", used);
        state.put("process.figures", new long[] {epoch, srtBase, orderViolations});
        state.put("order.incarnation", incarnation);
        state.put("order.srtPriority", srtPriority);
        state.put("order.sliceLeftNs", sliceLeftNs);
        state.put("order.epochOf", epochOf);
        state.put("order.position", position);
        state.put("order.runnable", runnable);
        state.put("order.figures", new long[] {runnableCount, current, totalPriority, made.ordinal()});
        if (levels != null) {
            levels.save(state);
        }
    }

    void settings(Settings newSettings) {
        settings = newSettings;
    }

    /** Who tells all that waits anew, by {@link #came}, when {@code srt_priority} is made in another way. */
    void weigher(Runnable newWeigher) {
        weigher = newWeigher;
    }

    /** The handlers of the last second: what the load is computed from when the next epoch begins. */
    void handlersPerSecond(long count) {
        handlersPerSecond = count;
    }

    int capacity() {
        return used.length;
    }

    void capacity(int capacity) {
        incarnation = Arrays.copyOf(incarnation, capacity);
        used = Arrays.copyOf(used, capacity);
        srtPriority = Arrays.copyOf(srtPriority, capacity);
        sliceLeftNs = Arrays.copyOf(sliceLeftNs, capacity);
        epochOf = Arrays.copyOf(epochOf, capacity);
        position = Arrays.copyOf(position, capacity);
        runnable = Arrays.copyOf(runnable, capacity);
        if (levels != null) {
            levels.capacity(capacity);
        }
    }

    boolean isProcess(int process) {
        return process >= 0 && process < used.length && used[process];
    }

    void add(int process) {
        used[process] = true;
        incarnation[process]++;
        srtPriority[process] = 0;
        sliceLeftNs[process] = 0;
        epochOf[process] = epoch - 1;
        position[process] = NONE;
    }

    /** Of a process that is not runnable. */
    void remove(int process) {
        used[process] = false;
        if (current == process) {
            current = NONE;
        }
    }

    int incarnation(int process) {
        return incarnation[process];
    }

    int runnableCount() {
        return runnableCount;
    }

    /** The process has got its first activated event. */
    void runnable(int process) {
        position[process] = runnableCount;
        runnable[runnableCount++] = process;
    }

    /** The process has no activated event any more. What is left of its slice it keeps. */
    void blocked(int process) {
        int last = runnable[--runnableCount];
        int gap = position[process];
        runnable[gap] = last;
        position[last] = gap;
        position[process] = NONE;
    }

    /** Activations of this priority came; a new run if they are the first of their event or it had another one before. */
    void came(int process, int priority, int count, boolean newRun) {
        if (made == SrtPriority.SUM) {
            weigh(process, (long) priority * count);
        } else if (newRun) {
            levels.enter(process, priority);
            weigh(process, levels.greatest(process) - srtPriority[process]);
        }
    }

    /** Activations of this priority went, and perhaps that was the end of their run. */
    void went(int process, int priority, int count, boolean endOfRun) {
        if (made == SrtPriority.SUM) {
            weigh(process, -(long) priority * count);
        } else if (endOfRun) {
            levels.leave(process, priority);
            weigh(process, levels.greatest(process) - srtPriority[process]);
        }
    }

    private void weigh(int process, long more) {
        srtPriority[process] += more;
        totalPriority += more;
    }

    private void make(SrtPriority next, int capacity) {
        made = next;
        levels = next == SrtPriority.MAX ? new Levels(capacity) : null;
    }

    /** Whether it weighs less than the runnable processes do on average. */
    boolean isBelowMean(int process) {
        return srtPriority[process] * runnableCount < totalPriority;
    }

    /**
     * The process whose handler runs next; at least one is runnable. Among equals the one that ran last goes on. When a
     * process is chosen first in an epoch its slice is computed.
     */
    final int choose() {
        int process = runnableCount == 1 ? only() : best();
        if (epochOf[process] != epoch) {
            beginSlice(process);
        }
        current = process;
        return process;
    }

    /** The process ran for so long. */
    final void spend(int process, int itsIncarnation, long tookNs) {
        if (incarnation[process] == itsIncarnation) {
            sliceLeftNs[process] -= tookNs;
        }
    }

    private int only() {
        int process = runnable[0];
        if (!hasSlice(process)) {
            beginEpoch();
        }
        return process;
    }

    private int best() {
        int process = heaviest();
        if (process == NONE) {
            beginEpoch();
            process = heaviest();
        }
        if (runnableCount <= CHECK_ALWAYS || ++unchecked >= CHECK_EVERY) {
            unchecked = 0;
            check(process);
        }
        return process;
    }

    /** The runnable process of greatest weight with slice left; NONE if all slices are spent. */
    int heaviest() {
        int best = current != NONE && position[current] != NONE && hasSlice(current) ? current : NONE;
        long weight = best == NONE ? -1 : srtPriority[best];
        for (int i = 0; i < runnableCount; i++) {
            int process = runnable[i];
            if (srtPriority[process] > weight && hasSlice(process)) {
                best = process;
                weight = srtPriority[process];
            }
        }
        return best;
    }

    /** The invariant 'conservation of order', looked after apart from the choice. */
    private void check(int chosen) {
        boolean right = hasSlice(chosen);
        long weight = weight(chosen);
        for (int i = 0; i < runnableCount; i++) {
            right &= weight(runnable[i]) <= weight || !hasSlice(runnable[i]);
        }
        if (!right) {
            orderViolations++;
        }
    }

    final boolean hasSlice(int process) {
        return epochOf[process] != epoch || sliceLeftNs[process] > 0;
    }

    private void beginEpoch() {
        epoch++;
        if (made != settings.srtPriority()) {
            make(settings.srtPriority(), capacity());
            Arrays.fill(srtPriority, 0);
            totalPriority = 0;
            weigher.run();
        }
        double load = SoftRealTime.load(handlersPerSecond, settings.hz(), runnableCount);
        srtBase = SoftRealTime.srtBase(settings.cste(), SoftRealTime.calcDecay(load, settings.decay()));
    }

    private void beginSlice(int process) {
        epochOf[process] = epoch;
        long sliceNs = SoftRealTime.timeSliceNs(weight(process), settings.cste(), settings.quantumNs());
        long debtNs = Math.max(Math.min(0, sliceLeftNs[process]), -DEBT_QUANTA * settings.quantumNs());
        sliceLeftNs[process] = sliceNs + debtNs;
    }

    final long weight(int process) {
        return SoftRealTime.weight(srtBase, srtPriority[process]);
    }

    final int runnableAt(int index) {
        return runnable[index];
    }

    long srtPriority(int process) {
        return srtPriority[process];
    }

    long sliceLeftNs(int process) {
        return sliceLeftNs[process];
    }

    long epoch() {
        return epoch;
    }

    long srtBase() {
        return srtBase;
    }

    long orderViolations() {
        return orderViolations;
    }
}
