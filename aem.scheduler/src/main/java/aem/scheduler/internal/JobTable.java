package aem.scheduler.internal;

import aem.api.EventClass;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.part.PartState;
import java.util.Arrays;
import java.util.Map;

/**
 * The jobs by slot, and the one method that moves them along the automaton. Job state is kept as the enum's ordinal:
 * that is part of the layout's version.
 */
final class JobTable {
    private static final JobState[] STATES = JobState.values();
    private static final EventClass[] CLASSES = EventClass.values();
    /** By state, a bit for each state that may follow. */
    private static final int[] NEXT = new int[STATES.length];

    private static final byte ENDED = (byte) JobState.ENDED.ordinal();
    private static final byte REACTIVE = 0;
    private static final byte PERIODIC = 1;

    static {
        for (JobState from : STATES) {
            for (JobState to : STATES) {
                if (from.canBecome(to)) {
                    NEXT[from.ordinal()] |= 1 << to.ordinal();
                }
            }
        }
    }

    private byte[] state;
    private byte[] kind;
    private int[] process;
    private int[] priority;
    /** {@link EventClass} by ordinal. */
    private byte[] eventClass;
    /** Grows with each job in the slot: tells whether a job that was called is still the same one. */
    private int[] incarnation;

    /** Whether its body is on the stack. Not handed over: between two cycles there is none. */
    private boolean[] onStack;

    private long illegalTransitions;

    JobTable(int capacity) {
        state = new byte[capacity];
        Arrays.fill(state, ENDED);
        kind = new byte[capacity];
        process = new int[capacity];
        priority = new int[capacity];
        eventClass = new byte[capacity];
        incarnation = new int[capacity];
        onStack = new boolean[capacity];
    }

    JobTable(PartState from) {
        state = from.get("job.state", byte[].class);
        kind = from.get("job.kind", byte[].class);
        process = from.get("job.process", int[].class);
        priority = from.get("job.priority", int[].class);
        eventClass = from.get("job.class", byte[].class);
        incarnation = from.get("job.incarnation", int[].class);
        onStack = new boolean[state.length];
        illegalTransitions = from.get("job.illegalTransitions", Long.class);
    }

    void save(Map<String, Object> to) {
        to.put("job.state", state);
        to.put("job.kind", kind);
        to.put("job.process", process);
        to.put("job.priority", priority);
        to.put("job.class", eventClass);
        to.put("job.incarnation", incarnation);
        to.put("job.illegalTransitions", illegalTransitions);
    }

    void capacity(int capacity) {
        int old = state.length;
        state = Arrays.copyOf(state, capacity);
        Arrays.fill(state, old, capacity, ENDED);
        kind = Arrays.copyOf(kind, capacity);
        process = Arrays.copyOf(process, capacity);
        priority = Arrays.copyOf(priority, capacity);
        eventClass = Arrays.copyOf(eventClass, capacity);
        incarnation = Arrays.copyOf(incarnation, capacity);
        onStack = Arrays.copyOf(onStack, capacity);
    }

    int capacity() {
        return state.length;
    }

    /** A new job in a free slot. */
    void create(int job, int ofProcess, JobKind ofKind, int atPriority, EventClass ofClass) {
        incarnation[job]++;
        onStack[job] = false;
        process[job] = ofProcess;
        priority[job] = atPriority;
        eventClass[job] = (byte) ofClass.ordinal();
        kind[job] = ofKind == JobKind.PERIODIC ? PERIODIC : REACTIVE;
        state[job] = (byte) (ofKind == JobKind.PERIODIC ? JobState.IDLE : JobState.WAITING).ordinal();
    }

    /** Before a job's body is called. */
    int enterBody(int job) {
        onStack[job] = true;
        return incarnation[job];
    }

    /**
     * After a job's body, which may have removed its own job, and its slot may be another's.
     *
     * @return whether the job is still there and runs
     */
    boolean leaveBody(int job, int itsIncarnation) {
        if (incarnation[job] != itsIncarnation) {
            return false;
        }
        onStack[job] = false;
        return is(job, JobState.RUNNING);
    }

    /** The one transition method: moves a job if the automaton has that edge, else refuses and counts. */
    boolean move(int job, JobState to) {
        if ((NEXT[state[job]] >> to.ordinal() & 1) == 0) {
            illegalTransitions++;
            return false;
        }
        state[job] = (byte) to.ordinal();
        return true;
    }

    /** Counts what was asked of a job that can't do it, or is not there. */
    void refuse() {
        illegalTransitions++;
    }

    boolean isJob(int job) {
        return job >= 0 && job < state.length && state[job] != ENDED;
    }

    boolean is(int job, JobState expected) {
        return state[job] == expected.ordinal();
    }

    JobState state(int job) {
        return job >= 0 && job < state.length ? STATES[state[job]] : JobState.ENDED;
    }

    boolean isPeriodic(int job) {
        return isJob(job) && kind[job] == PERIODIC;
    }

    boolean isReactive(int job) {
        return isJob(job) && kind[job] == REACTIVE;
    }

    /** A job that was suspended and resumed by its own body waits, but must not be entered again. */
    boolean isWakeable(int job) {
        return isReactive(job) && is(job, JobState.WAITING) && !onStack[job];
    }

    int process(int job) {
        return process[job];
    }

    int priority(int job) {
        return priority[job];
    }

    void priority(int job, int newPriority) {
        priority[job] = newPriority;
    }

    EventClass eventClass(int job) {
        return CLASSES[eventClass[job]];
    }

    void eventClass(int job, EventClass newClass) {
        eventClass[job] = (byte) newClass.ordinal();
    }

    long illegalTransitions() {
        return illegalTransitions;
    }
}
