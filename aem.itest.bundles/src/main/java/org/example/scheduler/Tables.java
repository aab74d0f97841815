package org.example.scheduler;

import aem.api.part.PartState;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The scheduler part's state, layout 2: see aem.scheduler. Only facts: neither wheel nor order is handed over. */
final class Tables {
    static final int VERSION = 2;
    static final int NONE = -1;
    static final byte ENDED = 6;
    static final byte PERIODIC = 1;

    // flags of a timer
    static final byte ARMED = 1;
    static final byte FIRE_ALL = 2;

    byte[] state = new byte[0];
    byte[] kind = new byte[0];
    int[] process = new int[0];
    int[] priority = new int[0];
    byte[] eventClass = new byte[0];
    int[] incarnation = new int[0];
    long illegal;

    byte[] flags = new byte[0];
    long[] deadlineNs = new long[0];
    long[] periodNs = new long[0];
    long[] owed = new long[0];
    long expiries;

    // the active events: one list for each process
    int[] next = new int[0];
    int[] prev = new int[0];
    int[] list = new int[0];
    int[] pending = new int[0];
    long[] sinceNs = new long[0];
    long waiting;

    boolean[] used = new boolean[0];
    int[] head = new int[0];
    int[] tail = new int[0];

    /** Cycles, idle ones, overruns. */
    final long[] cycles;
    /** Epochs, srt_base, choices against the order: this scheduler has no such thing, and keeps them for the next. */
    final long[] order;
    /** Kept for the next one. */
    final long[] load;

    final long[] control;

    Tables(long nowNs) {
        cycles = new long[3];
        order = new long[3];
        load = new long[] {nowNs, 0, 0, nowNs};
        control = new long[] {nowNs, 0, 0, 0, 0, 0};
        growJobs(0);
        growProcesses(0);
    }

    Tables(PartState from) {
        if (!from.part().equals("scheduler") || from.version() != VERSION) {
            throw new IllegalArgumentException(from.part() + " version " + from.version() + " can't be adopted");
        }
        state = from.get("job.state", byte[].class);
        kind = from.get("job.kind", byte[].class);
        process = from.get("job.process", int[].class);
        priority = from.get("job.priority", int[].class);
        eventClass = from.get("job.class", byte[].class);
        incarnation = from.get("job.incarnation", int[].class);
        illegal = from.get("job.illegalTransitions", Long.class);
        flags = from.get("timer.flags", byte[].class);
        deadlineNs = from.get("timer.deadlineNs", long[].class);
        periodNs = from.get("timer.periodNs", long[].class);
        owed = from.get("timer.owed", long[].class);
        expiries = from.get("timer.expiries", Long.class);
        next = from.get("active.next", int[].class);
        prev = from.get("active.prev", int[].class);
        list = from.get("active.list", int[].class);
        head = from.get("active.head", int[].class);
        tail = from.get("active.tail", int[].class);
        pending = from.get("active.pending", int[].class);
        sinceNs = from.get("active.sinceNs", long[].class);
        waiting = from.get("active.waiting", Long.class);
        used = from.get("process.used", boolean[].class);
        order = from.get("process.figures", long[].class);
        control = from.get("load.control", long[].class);
        load = from.get("cycle.load", long[].class);
        cycles = from.get("cycle.figures", long[].class);
    }

    PartState toPart() {
        Map<String, Object> to = new LinkedHashMap<>();
        to.put("job.state", state);
        to.put("job.kind", kind);
        to.put("job.process", process);
        to.put("job.priority", priority);
        to.put("job.class", eventClass);
        to.put("job.incarnation", incarnation);
        to.put("job.illegalTransitions", illegal);
        to.put("timer.flags", flags);
        to.put("timer.deadlineNs", deadlineNs);
        to.put("timer.periodNs", periodNs);
        to.put("timer.owed", owed);
        to.put("timer.expiries", expiries);
        to.put("active.next", next);
        to.put("active.prev", prev);
        to.put("active.list", list);
        to.put("active.head", head);
        to.put("active.tail", tail);
        to.put("active.pending", pending);
        to.put("active.sinceNs", sinceNs);
        to.put("active.waiting", waiting);
        to.put("process.used", used);
        to.put("process.figures", order);
        to.put("load.control", control);
        to.put("cycle.load", load);
        to.put("cycle.figures", cycles);
        return new PartState("scheduler", VERSION, to);
    }

    int jobs() {
        return state.length;
    }

    int processes() {
        return used.length;
    }

    void growJobs(int job) {
        int old = jobs();
        int size = 2 * job + 8;
        state = Arrays.copyOf(state, size);
        Arrays.fill(state, old, size, ENDED);
        kind = Arrays.copyOf(kind, size);
        process = Arrays.copyOf(process, size);
        priority = Arrays.copyOf(priority, size);
        eventClass = Arrays.copyOf(eventClass, size);
        incarnation = Arrays.copyOf(incarnation, size);
        flags = Arrays.copyOf(flags, size);
        deadlineNs = Arrays.copyOf(deadlineNs, size);
        periodNs = Arrays.copyOf(periodNs, size);
        owed = Arrays.copyOf(owed, size);
        next = withNone(next, size);
        prev = withNone(prev, size);
        list = withNone(list, size);
        pending = Arrays.copyOf(pending, size);
        sinceNs = Arrays.copyOf(sinceNs, size);
    }

    void growProcesses(int slot) {
        int size = 2 * slot + 8;
        used = Arrays.copyOf(used, size);
        head = withNone(head, size);
        tail = withNone(tail, size);
    }

    static int[] withNone(int[] array, int size) {
        int[] grown = Arrays.copyOf(array, size);
        Arrays.fill(grown, array.length, size, NONE);
        return grown;
    }

    /** The job becomes the last of its process's list. */
    void append(int job) {
        int of = process[job];
        list[job] = of;
        next[job] = NONE;
        prev[job] = tail[of];
        if (tail[of] == NONE) {
            head[of] = job;
        } else {
            next[tail[of]] = job;
        }
        tail[of] = job;
    }

    void unlink(int job) {
        int of = list[job];
        if (prev[job] == NONE) {
            head[of] = next[job];
        } else {
            next[prev[job]] = next[job];
        }
        if (next[job] == NONE) {
            tail[of] = prev[job];
        } else {
            prev[next[job]] = prev[job];
        }
        list[job] = NONE;
    }
}
