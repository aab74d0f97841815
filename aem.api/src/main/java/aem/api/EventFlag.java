package aem.api;

/** How a handler is to be executed (the slides' {@code EVF_*}). */
public enum EventFlag {
    /** Activated at most once: disarmed at activation, ended after its handler (EVF_ONESHOT). */
    ONESHOT,
    /** Each activation runs in a child process on a thread of its own, where it may block (EVF_FORK). */
    FORK,
    /** The parent does not collect the exit of children that this event forks (EVF_NOCLDWAIT, also EVF_CLDNOWAIT). */
    NOCLDWAIT
}
