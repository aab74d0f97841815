package aem.scheduler.internal;

import aem.api.EventClass;
import java.util.Arrays;

/**
 * Overload, and who is refused then (slide 'Load control').
 *
 * <p><b>Judged</b> once an interval, by the delay from activation to handler: of each process the smallest one of the
 * interval, because a burst that is worked off leaves some small delay behind and a standing queue does not (K. Nichols and
 * V. Jacobson, 'Controlling Queue Delay', 2012); of these the greatest. A number of waiting activations and a share of used
 * memory are overload too.
 *
 * <p><b>Hysteresis.</b> Each interval in overload raises the level by one, up to {@link #MAX_LEVEL}; each two in a row that
 * are calm, with less than half of what overload is, lower it by one. In between it stays.
 *
 * <p><b>Refused</b> are, from level 1 on, activations of {@link EventClass#REJECTABLE} events of processes below the mean
 * weight, from 2 on of all processes; the same for {@link EventClass#LAST_RESORT} from levels 3 and 4 on. {@link
 * EventClass#NEVER} is never refused.
 */
final class LoadControl {
    static final int MAX_LEVEL = 4;

    private static final int ALL_REJECTABLE = 2;
    private static final int SOME_LAST_RESORT = 3;
    private static final int CALM_INTERVALS = 2;
    /** Memory is calm this much below its limit. */
    private static final int MEMORY_MARGIN_PERCENT = 5;

    private final RunQueue queue;
    private ShedSettings settings;
    private long beginNs;
    private int level;
    private int calm;
    private long delayNs;
    private long rejectable;
    private long lastResort;

    // of this interval: the processes that ran, and the smallest delay of each
    private long[] smallestNs;
    private int[] ran;
    private int ranCount;

    LoadControl(RunQueue queue, ShedSettings settings, long nowNs) {
        this.queue = queue;
        this.settings = settings;
        beginNs = nowNs;
        capacity(queue.capacity());
    }

    LoadControl(RunQueue queue, ShedSettings settings, long[] figures) {
        this(queue, settings, figures[0]);
        level = (int) figures[1];
        calm = (int) figures[2];
        delayNs = figures[3];
        rejectable = figures[4];
        lastResort = figures[5];
    }

    long[] save() {
        return new long[] {beginNs, level, calm, delayNs, rejectable, lastResort};
    }

    void settings(ShedSettings newSettings) {
        settings = newSettings;
    }

    void capacity(int processes) {
        int old = smallestNs == null ? 0 : smallestNs.length;
        smallestNs = smallestNs == null ? new long[processes] : Arrays.copyOf(smallestNs, processes);
        Arrays.fill(smallestNs, old, processes, Long.MAX_VALUE);
        ran = ran == null ? new int[processes] : Arrays.copyOf(ran, processes);
    }

    /** A handler of the process begins, so long after its activation. */
    void ran(int process, long afterNs) {
        if (smallestNs[process] == Long.MAX_VALUE) {
            ran[ranCount++] = process;
        }
        smallestNs[process] = Math.min(smallestNs[process], Math.min(afterNs, Long.MAX_VALUE - 1));
    }

    boolean isDue(long nowNs) {
        return nowNs - beginNs >= settings.intervalNs();
    }

    /** Judges the interval that has ended. */
    void judge(long nowNs, long waiting, int memoryPercent) {
        long intervals = (nowNs - beginNs) / settings.intervalNs();
        beginNs = nowNs;
        delayNs = 0;
        for (int i = 0; i < ranCount; i++) {
            delayNs = Math.max(delayNs, smallestNs[ran[i]]);
            smallestNs[ran[i]] = Long.MAX_VALUE;
        }
        ranCount = 0;
        if (isOverload(waiting, memoryPercent)) {
            calm = 0;
            level = Math.min(MAX_LEVEL, level + 1);
        } else if (isCalm(waiting, memoryPercent)) {
            // the worker may have slept through several intervals
            calm += (int) Math.min(intervals, (long) MAX_LEVEL * CALM_INTERVALS);
            level = Math.max(0, level - calm / CALM_INTERVALS);
            calm %= CALM_INTERVALS;
        } else {
            calm = 0;
        }
    }

    private boolean isOverload(long waiting, int memoryPercent) {
        return settings.targetNs() > 0
                && (delayNs > settings.targetNs()
                        || waiting > settings.backlog()
                        || memoryPercent >= settings.memoryPercent());
    }

    private boolean isCalm(long waiting, int memoryPercent) {
        return settings.targetNs() == 0
                || delayNs < settings.targetNs() / 2
                        && waiting <= settings.backlog() / 2
                        && memoryPercent < settings.memoryPercent() - MEMORY_MARGIN_PERCENT;
    }

    /** Whether activations of such an event are refused now; then they are counted. */
    boolean refuses(EventClass eventClass, int process, int count) {
        if (level == 0 || eventClass == EventClass.NEVER) {
            return false;
        }
        if (eventClass == EventClass.REJECTABLE) {
            if (level < ALL_REJECTABLE && !queue.isBelowMean(process)) {
                return false;
            }
            rejectable += count;
            return true;
        }
        if (level < SOME_LAST_RESORT || level == SOME_LAST_RESORT && !queue.isBelowMean(process)) {
            return false;
        }
        lastResort += count;
        return true;
    }

    int level() {
        return level;
    }

    /** Of the last interval. */
    long delayNs() {
        return delayNs;
    }

    long rejectable() {
        return rejectable;
    }

    long lastResort() {
        return lastResort;
    }
}
