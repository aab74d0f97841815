package aem.scheduler.internal;

import static aem.scheduler.internal.IntLists.NONE;

import aem.api.part.PartState;
import java.util.Arrays;
import java.util.Map;

/**
 * With which priorities an event's waiting activations came, in order of arrival: runs of activations of the same priority.
 * An event's newest run stands in its own slot; only one whose priority was changed while activations waited has older
 * ones, in a pool of nodes.
 */
final class Runs {
    private static final int NODES = 64;

    // by job
    private int[] newestPriority;
    private int[] newestCount;
    private int[] oldest;
    private int[] lastOld;

    // by node
    private int[] priority;
    private int[] count;
    private int[] next;
    private int free = NONE;

    Runs(int jobs) {
        newestPriority = new int[jobs];
        newestCount = new int[jobs];
        oldest = IntLists.filled(jobs);
        lastOld = IntLists.filled(jobs);
        priority = new int[0];
        count = new int[0];
        next = new int[0];
    }

    Runs(PartState state) {
        newestPriority = state.get("order.run.newestPriority", int[].class);
        newestCount = state.get("order.run.newestCount", int[].class);
        oldest = state.get("order.run.oldest", int[].class);
        lastOld = state.get("order.run.lastOld", int[].class);
        priority = state.get("order.run.priority", int[].class);
        count = state.get("order.run.count", int[].class);
        next = state.get("order.run.next", int[].class);
        free = state.get("order.run.free", Integer.class);
    }

    void save(Map<String, Object> state) {
        state.put("order.run.newestPriority", newestPriority);
        state.put("order.run.newestCount", newestCount);
        state.put("order.run.oldest", oldest);
        state.put("order.run.lastOld", lastOld);
        state.put("order.run.priority", priority);
        state.put("order.run.count", count);
        state.put("order.run.next", next);
        state.put("order.run.free", free);
    }

    void capacity(int jobs) {
        newestPriority = Arrays.copyOf(newestPriority, jobs);
        newestCount = Arrays.copyOf(newestCount, jobs);
        oldest = IntLists.grown(oldest, jobs);
        lastOld = IntLists.grown(lastOld, jobs);
    }

    /** Activations came; true if they are a run of their own. */
    boolean add(int job, int atPriority, int howMany) {
        if (newestCount[job] > 0 && newestPriority[job] == atPriority) {
            newestCount[job] += howMany;
            return false;
        }
        if (newestCount[job] > 0) {
            keepOld(job);
        }
        newestPriority[job] = atPriority;
        newestCount[job] = howMany;
        return true;
    }

    boolean isEmpty(int job) {
        return newestCount[job] == 0;
    }

    int firstPriority(int job) {
        int node = oldest[job];
        return node == NONE ? newestPriority[job] : priority[node];
    }

    int firstCount(int job) {
        int node = oldest[job];
        return node == NONE ? newestCount[job] : count[node];
    }

    /** Takes some of the first run, which has as many; true if that was the end of it. */
    boolean take(int job, int howMany) {
        int node = oldest[job];
        if (node == NONE) {
            newestCount[job] -= howMany;
            return newestCount[job] == 0;
        }
        count[node] -= howMany;
        if (count[node] > 0) {
            return false;
        }
        oldest[job] = next[node];
        if (oldest[job] == NONE) {
            lastOld[job] = NONE;
        }
        next[node] = free;
        free = node;
        return true;
    }

    /** The event's runs, oldest first. */
    void forEach(int job, RunConsumer consumer) {
        for (int node = oldest[job]; node != NONE; node = next[node]) {
            consumer.accept(priority[node], count[node]);
        }
        if (newestCount[job] > 0) {
            consumer.accept(newestPriority[job], newestCount[job]);
        }
    }

    /** Gets a run. */
    @FunctionalInterface
    interface RunConsumer {
        void accept(int priority, int count);
    }

    private void keepOld(int job) {
        if (free == NONE) {
            grow();
        }
        int node = free;
        free = next[node];
        priority[node] = newestPriority[job];
        count[node] = newestCount[job];
        next[node] = NONE;
        if (oldest[job] == NONE) {
            oldest[job] = node;
        } else {
            next[lastOld[job]] = node;
        }
        lastOld[job] = node;
    }

    private void grow() {
        int old = next.length;
        int size = Math.max(NODES, 2 * old);
        priority = Arrays.copyOf(priority, size);
        count = Arrays.copyOf(count, size);
        next = Arrays.copyOf(next, size);
        for (int node = old; node < size; node++) {
            next[node] = node + 1 < size ? node + 1 : NONE;
        }
        free = old;
    }
}
