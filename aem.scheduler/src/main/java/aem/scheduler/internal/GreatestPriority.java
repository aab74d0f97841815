package aem.scheduler.internal;

import aem.api.Priority;
import aem.api.part.PartState;
import java.util.Arrays;
import java.util.Map;

/**
 * Of each process, the greatest priority among its waiting activations, in O(1): a count for each power of two, and a bit
 * for each count that is not 0. So it is exact for LOW, NORMAL and HIGH, which are powers of two; another number counts as
 * the power of two below it.
 */
final class GreatestPriority {
    private static final int LEVELS = log2(Priority.MAX) + 1;

    /** By job: the level that its waiting activations are counted at. */
    private byte[] level;
    /** By process and level. */
    private int[] count;
    /** By process: a bit for each level whose count is not 0. */
    private int[] levels;

    GreatestPriority(int jobs, int processes) {
        level = new byte[jobs];
        count = new int[processes * LEVELS];
        levels = new int[processes];
    }

    GreatestPriority(PartState state) {
        level = state.get("active.level", byte[].class);
        count = state.get("active.levelCount", int[].class);
        levels = state.get("active.levels", int[].class);
    }

    void save(Map<String, Object> state) {
        state.put("active.level", level);
        state.put("active.levelCount", count);
        state.put("active.levels", levels);
    }

    void jobCapacity(int capacity) {
        level = Arrays.copyOf(level, capacity);
    }

    void processCapacity(int capacity) {
        count = Arrays.copyOf(count, capacity * LEVELS);
        levels = Arrays.copyOf(levels, capacity);
    }

    private static int log2(int priority) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(priority);
    }

    /** Those that waited already are of the new priority too. */
    void add(int process, int job, int waitedBefore, int added, int priority) {
        int to = log2(priority);
        if (waitedBefore > 0 && level[job] != to) {
            remove(process, job, waitedBefore);
            put(process, to, waitedBefore);
        }
        level[job] = (byte) to;
        put(process, to, added);
    }

    private void put(int process, int at, int added) {
        count[process * LEVELS + at] += added;
        levels[process] |= 1 << at;
    }

    void remove(int process, int job, int removed) {
        int at = level[job];
        if ((count[process * LEVELS + at] -= removed) == 0) {
            levels[process] &= ~(1 << at);
        }
    }

    /** 0 if nothing waits. */
    int of(int process) {
        return Integer.highestOneBit(levels[process]);
    }
}
