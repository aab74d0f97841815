package aem.scheduler.internal;

import static aem.scheduler.internal.IntLists.NONE;

import aem.api.part.PartState;
import java.util.Arrays;
import java.util.Map;

/**
 * The lists of active events, one per process, in order of arrival (slides: 'List of events per process'). An event stands
 * once in its list, with the number of its activations.
 */
final class Activations {
    private final JobTable jobs;
    private final RunQueue queue;
    private final IntLists active;
    private int[] pending;
    /** What the waiting activations add to the process's weight: the priorities at the time of each. */
    private long[] prioritySum;
    /** When the oldest waiting activation came, or an older one that was taken since. */
    private long[] sinceNs;

    private long waiting;

    Activations(JobTable jobs, RunQueue queue) {
        this.jobs = jobs;
        this.queue = queue;
        active = new IntLists(jobs.capacity(), queue.capacity());
        pending = new int[jobs.capacity()];
        prioritySum = new long[jobs.capacity()];
        sinceNs = new long[jobs.capacity()];
    }

    Activations(JobTable jobs, RunQueue queue, PartState state) {
        this.jobs = jobs;
        this.queue = queue;
        active = new IntLists(state, "active");
        pending = state.get("active.pending", int[].class);
        prioritySum = state.get("active.prioritySum", long[].class);
        sinceNs = state.get("active.sinceNs", long[].class);
        waiting = state.get("active.waiting", Long.class);
        if (!RunQueue.hasOrder(state)) {
            weigh();
        }
    }

    void save(Map<String, Object> state) {
        active.save(state, "active");
        state.put("active.pending", pending);
        state.put("active.prioritySum", prioritySum);
        state.put("active.sinceNs", sinceNs);
        state.put("active.waiting", waiting);
    }

    void jobCapacity(int capacity) {
        active.elements(capacity);
        pending = Arrays.copyOf(pending, capacity);
        prioritySum = Arrays.copyOf(prioritySum, capacity);
        sinceNs = Arrays.copyOf(sinceNs, capacity);
    }

    void processCapacity(int capacity) {
        active.lists(capacity);
    }

    void add(int job, int count, long nowNs) {
        int process = jobs.process(job);
        long priority = (long) count * jobs.priority(job);
        waiting += count;
        if (pending[job] == 0) {
            sinceNs[job] = nowNs;
            if (active.isEmpty(process)) {
                queue.runnable(process);
            }
            active.append(process, job);
        }
        pending[job] = Math.addExact(pending[job], count);
        prioritySum[job] += priority;
        queue.weigh(process, priority);
    }

    /** Takes the first activation of a process that has one; an event with more goes to the end. */
    int take(int process) {
        int job = active.head(process);
        int left = pending[job] - 1;
        if (left == 0) {
            remove(job);
            return job;
        }
        long share = share(job, left + 1);
        waiting--;
        pending[job] = left;
        prioritySum[job] -= share;
        queue.weigh(process, -share);
        if (active.next(job) != NONE) {
            active.remove(job);
            active.append(process, job);
        }
        return job;
    }

    /** Takes all activations of an event. */
    int remove(int job) {
        int count = pending[job];
        if (count == 0) {
            return 0;
        }
        int process = jobs.process(job);
        queue.weigh(process, -prioritySum[job]);
        waiting -= count;
        pending[job] = 0;
        prioritySum[job] = 0;
        active.remove(job);
        if (active.isEmpty(process)) {
            queue.blocked(process);
        }
        return count;
    }

    int pending(int job) {
        return pending[job];
    }

    /** Of the activation that was taken last. */
    long sinceNs(int job) {
        return sinceNs[job];
    }

    /** A running count, for load control; what the ledger needs is {@link #count}. */
    long waiting() {
        return waiting;
    }

    int first(int process) {
        return active.head(process);
    }

    boolean isEmpty(int process) {
        return active.isEmpty(process);
    }

    long count() {
        long count = 0;
        for (int process = 0; process < queue.capacity(); process++) {
            for (int job = active.head(process); job != NONE; job = active.next(job)) {
                count += pending[job];
            }
        }
        return count;
    }

    private void weigh() {
        for (int process = 0; process < queue.capacity(); process++) {
            if (!active.isEmpty(process)) {
                queue.runnable(process);
                for (int job = active.head(process); job != NONE; job = active.next(job)) {
                    queue.weigh(process, prioritySum[job]);
                }
            }
        }
    }

    /** One activation's part of the sum: the mean if the priority has changed meanwhile. The last one takes the rest. */
    private long share(int job, int waiting) {
        long priority = jobs.priority(job);
        return prioritySum[job] == priority * waiting ? priority : prioritySum[job] / waiting;
    }
}
