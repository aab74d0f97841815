package aem.api.job;

/** What becomes of the expiries of a periodic job that a stall has let pass. */
public enum Missed {
    /** Each expiry counts: the job is run for every one of them. */
    FIRE_ALL,
    /** The job is run once for all that passed; the next expiry lies on the original grid. */
    FIRE_ONCE
}
