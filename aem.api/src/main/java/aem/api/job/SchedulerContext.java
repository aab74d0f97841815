package aem.api.job;

import org.osgi.annotation.versioning.ProviderType;

/**
 * What the core offers to the {@link Scheduler} of one worker. Called on the worker's thread only, and, but for {@link
 * #worker} and {@link #nowNs}, only from within {@link Scheduler#doWork()} and {@link Scheduler#wake}.
 */
@ProviderType
public interface SchedulerContext {
    /** The worker's index, from 0. */
    int worker();

    /** The monotonic clock (System.nanoTime). A scheduler reads it once a cycle, and around handlers. */
    long nowNs();

    /**
     * Asks the poller what is ready, without waiting. For each ready handle the core calls {@link Scheduler#wake} of its
     * jobs before this method returns.
     *
     * @return the number of handles that were ready; 0 also while no I/O provider is there
     */
    int poll();

    /**
     * Sleeps until a handle is ready, something is put into the inbox, or {@code timeoutNs} have passed; reports readiness
     * as {@link #poll} does. The core publishes that it sleeps and looks into both lanes again before it does, so that no
     * wake-up is lost.
     *
     * @param timeoutNs negative = without limit
     * @return the number of handles that were ready
     */
    int idle(long timeoutNs);

    /**
     * Carries out what other threads have put into this worker's two lanes (obligations first), at most {@code limit}.
     *
     * @return the number carried out
     */
    int drainInbox(int limit);

    /**
     * Runs the body of a job: its source looks whether the event has happened, and if so the core calls {@link
     * Scheduler#activate}. Never throws: what the source throws is reported.
     *
     * @param job the job's slot
     * @param ready what woke a reactive job, as passed to {@link Scheduler#wake}; for a periodic job the number of
     *     expiries that this run stands for
     */
    void runJob(int job, int ready);

    /**
     * Runs the handler for one activation. Throws nothing that a handler throws: that is counted and reported. If the
     * handler was {@linkplain Scheduler#detached detached} the call does not return; what it throws then is to be let
     * through, without touching anything of the scheduler's: another thread runs it by now. While the
     * handler can't run (its source, or its memory, is away) the core takes the activation, and with {@link
     * Scheduler#takePending} all others of the event, and gives them back with {@link Scheduler#giveBack} later.
     *
     * @param job the slot of the event's job
     */
    void runHandler(int job);

    /** How much of the memory that this worker may have is in use, in percent. Not for the hot path. */
    int memoryPercent();

    /**
     * Tells that a job or handler ran over its bound; the core names the culprit, at most once a second each.
     *
     * @param job the slot
     * @param tookNs how long it ran
     * @param boundNs what was allowed
     */
    void overrun(int job, long tookNs, long boundNs);
}
