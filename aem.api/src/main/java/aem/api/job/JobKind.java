package aem.api.job;

/** The two kinds of job (slides: 'Reactive jobs', 'Periodic jobs'). */
public enum JobKind {
    /** Woken by the implementation below; runs at once, not through any queue. */
    REACTIVE,
    /** Made ready by the dispatcher when its age has reached 0, then run by the scheduler. */
    PERIODIC
}
