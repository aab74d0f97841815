package aem.api;

/** Where an event stands. */
public enum EventState {
    /** Registered; its home worker has not taken it over yet. */
    REGISTERED,
    /** Watched. */
    ARMED,
    /** Activated: its handler waits for its turn. */
    PENDING,
    /** Its handler runs. */
    RUNNING,
    /** Not watched for now: by {@link Control.Suspend}, or because its source, or another part, is away. */
    SUSPENDED,
    /** Cancelled, handled once and for all, or its resource is gone. Final. */
    ENDED;

    /** Whether the event may still be activated. */
    public boolean isLive() {
        return this != ENDED;
    }
}
