package aem.api.job;

import java.util.EnumSet;
import java.util.Set;

/**
 * The job automaton (slides: 'Job state automaton'): its states and the one table of legal transitions. A scheduler moves
 * a job only along {@link #next()}; any other move is refused and counted.
 */
public enum JobState {
    /** Known; neither waits nor ages. A one-shot periodic job ends up here. */
    IDLE,
    /** Reactive: waits to be woken. */
    WAITING,
    /** Periodic: its age runs down in the dispatcher. */
    AGEING,
    /** Periodic: its age is 0; it stands in the scheduler's queue. */
    READY,
    /** Runs. */
    RUNNING,
    /** Taken out by control, or because its source is away; keeps its deadline. */
    SUSPENDED,
    /** Removed. Final. */
    ENDED;

    private Set<JobState> next = Set.of();

    static {
        IDLE.next = EnumSet.of(WAITING, AGEING, SUSPENDED, ENDED);
        WAITING.next = EnumSet.of(RUNNING, IDLE, SUSPENDED, ENDED);
        AGEING.next = EnumSet.of(READY, IDLE, AGEING, SUSPENDED, ENDED);
        READY.next = EnumSet.of(RUNNING, IDLE, AGEING, SUSPENDED, ENDED);
        RUNNING.next = EnumSet.of(WAITING, AGEING, READY, IDLE, SUSPENDED, ENDED);
        SUSPENDED.next = EnumSet.of(IDLE, WAITING, AGEING, READY, ENDED);
        ENDED.next = EnumSet.noneOf(JobState.class);
    }

    /** The states that may follow this one. A fresh set. */
    public Set<JobState> next() {
        Set<JobState> copy = EnumSet.noneOf(JobState.class);
        copy.addAll(next);
        return copy;
    }

    /** Whether {@code to} may follow this state. Allocates nothing. */
    public boolean canBecome(JobState to) {
        return next.contains(to);
    }
}
