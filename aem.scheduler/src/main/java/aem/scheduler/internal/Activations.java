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
    /** What the waiting activations weigh: the priority at the time of each. */
    private final Runs runs;
    /** When the oldest waiting activation came, or an older one that was taken since. */
    private long[] sinceNs;

    private long waiting;

    Activations(JobTable jobs, RunQueue queue) {
        this.jobs = jobs;
        this.queue = queue;
        active = new IntLists(jobs.capacity(), queue.capacity());
        pending = new int[jobs.capacity()];
        runs = new Runs(jobs.capacity());
        sinceNs = new long[jobs.capacity()];
        queue.weigher(this::weigh);
    }

    Activations(JobTable jobs, RunQueue queue, PartState state) {
        this.jobs = jobs;
        this.queue = queue;
        active = new IntLists(state, "active");
        pending = state.get("active.pending", int[].class);
        sinceNs = state.get("active.sinceNs", long[].class);
        waiting = state.get("active.waiting", Long.class);
        if (RunQueue.hasOrder(state)) {
            runs = new Runs(state);
        } else {
            runs = new Runs(jobs.capacity());
            order();
        }
        queue.weigher(this::weigh);
    }

    void save(Map<String, Object> state) {
        active.save(state, "active");
        state.put("active.pending", pending);
        state.put("active.sinceNs", sinceNs);
        state.put("active.waiting", waiting);
        runs.save(state);
    }

    void jobCapacity(int capacity) {
        active.elements(capacity);
        pending = Arrays.copyOf(pending, capacity);
        runs.capacity(capacity);
        sinceNs = Arrays.copyOf(sinceNs, capacity);
    }

    void processCapacity(int capacity) {
        active.lists(capacity);
    }

    void add(int job, int count, long nowNs) {
        int process = jobs.process(job);
        int priority = jobs.priority(job);
        waiting += count;
        if (pending[job] == 0) {
            sinceNs[job] = nowNs;
            if (active.isEmpty(process)) {
                queue.runnable(process);
            }
            active.append(process, job);
        }
        pending[job] = Math.addExact(pending[job], count);
        queue.came(process, priority, count, runs.add(job, priority, count));
    }

    /** Takes the first activation of a process that has one; an event with more goes to the end. */
    int take(int process) {
        int job = active.head(process);
        int left = pending[job] - 1;
        if (left == 0) {
            remove(job);
            return job;
        }
        waiting--;
        pending[job] = left;
        int priority = runs.firstPriority(job);
        queue.went(process, priority, 1, runs.take(job, 1));
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
        while (!runs.isEmpty(job)) {
            int priority = runs.firstPriority(job);
            int ofRun = runs.firstCount(job);
            queue.went(process, priority, ofRun, runs.take(job, ofRun));
        }
        waiting -= count;
        pending[job] = 0;
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

    /** After a scheduler that knows no order: what waits weighs what its event weighs now. */
    private void order() {
        for (int process = 0; process < queue.capacity(); process++) {
            if (!active.isEmpty(process)) {
                queue.runnable(process);
            }
            for (int job = active.head(process); job != NONE; job = active.next(job)) {
                int priority = jobs.priority(job);
                queue.came(process, priority, pending[job], runs.add(job, priority, pending[job]));
            }
        }
    }

    /** Tells the queue anew what waits, when it begins to weigh in another way. */
    private void weigh() {
        for (int p = 0; p < queue.capacity(); p++) {
            int process = p;
            for (int job = active.head(process); job != NONE; job = active.next(job)) {
                runs.forEach(job, (priority, count) -> queue.came(process, priority, count, true));
            }
        }
    }
}
