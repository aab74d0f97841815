package aem.scheduler.internal;

import aem.api.Priority;
import aem.api.part.PartState;
import java.util.Arrays;
import java.util.Map;

/**
 * For each process, which priorities wait: a counter for each, and two levels of bits that say which counters are not 0.
 * So the greatest is found by looking at two words, whatever comes and goes. 4 KiB a process.
 */
final class Levels {
    private static final int WORDS = Priority.MAX / Long.SIZE;

    private int[] counts;
    private long[] levels;
    /** A bit for each word of {@link #levels}. */
    private int[] words;

    Levels(int processes) {
        counts = new int[processes * Priority.MAX];
        levels = new long[processes * WORDS];
        words = new int[processes];
    }

    Levels(PartState state) {
        counts = state.get("order.level.counts", int[].class);
        levels = state.get("order.level.bits", long[].class);
        words = state.get("order.level.words", int[].class);
    }

    void save(Map<String, Object> state) {
        state.put("order.level.counts", counts);
        state.put("order.level.bits", levels);
        state.put("order.level.words", words);
    }

    void capacity(int processes) {
        counts = Arrays.copyOf(counts, Math.multiplyExact(processes, Priority.MAX));
        levels = Arrays.copyOf(levels, processes * WORDS);
        words = Arrays.copyOf(words, processes);
    }

    void enter(int process, int priority) {
        int level = priority - Priority.MIN;
        if (counts[process * Priority.MAX + level]++ == 0) {
            levels[process * WORDS + level / Long.SIZE] |= 1L << level;
            words[process] |= 1 << level / Long.SIZE;
        }
    }

    void leave(int process, int priority) {
        int level = priority - Priority.MIN;
        if (--counts[process * Priority.MAX + level] == 0) {
            int word = process * WORDS + level / Long.SIZE;
            levels[word] &= ~(1L << level);
            if (levels[word] == 0) {
                words[process] &= ~(1 << level / Long.SIZE);
            }
        }
    }

    /** The greatest priority that waits, 0 if none does. */
    int greatest(int process) {
        if (words[process] == 0) {
            return 0;
        }
        int word = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(words[process]);
        int bit = Long.SIZE - 1 - Long.numberOfLeadingZeros(levels[process * WORDS + word]);
        return word * Long.SIZE + bit + Priority.MIN;
    }
}
