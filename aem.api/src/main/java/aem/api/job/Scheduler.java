package aem.api.job;

import aem.api.EventClass;
import aem.api.dto.WorkerDTO;
import aem.api.part.PartState;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The scheduler of one worker: job automaton, dispatcher, and the choice of the process whose handlers run next (slides:
 * 'Jobs' to 'Jobs Scheduling', 'Soft real-time responsiveness').
 *
 * <p>All methods are called on the worker's thread. Those that change something may be called from within {@link
 * SchedulerContext#runJob} and {@link SchedulerContext#runHandler}, that is, from inside {@link #doWork()}, also for the
 * very job or process that is running.
 *
 * <p>Jobs and processes are named by small numbers, the slots of the worker's tables, which the core assigns: dense, from
 * 0, and used again only after {@link #removeJob} or {@link #removeProcess} has returned and no call for the old one is on
 * the stack. Every event has one job with the event's slot; the core has a few jobs without an event.
 *
 * <p>Nothing here allocates Java heap once the tables have grown to their working size.
 */
@ProviderType
public interface Scheduler {
    /**
     * One duty cycle: read the clock once; poll; run what became ready; advance the wheel; run ready periodic jobs; run
     * processes; drain the inbox; idle if there was nothing to do. Every step is bounded.
     *
     * @return the amount of work done, 0 if the cycle was idle
     */
    int doWork();

    /** Adds a process. */
    void addProcess(int process);

    /** Removes a process. Its jobs have been removed before. */
    void removeProcess(int process);

    /**
     * Adds a job, {@link JobState#WAITING} if reactive, {@link JobState#IDLE} if periodic.
     *
     * @param job its slot, free at present
     * @param process the slot of its process
     * @param priority what an activation adds to the weight of the process, at least 1
     * @param eventClass what may be refused under overload
     */
    void addJob(int job, int process, JobKind kind, int priority, EventClass eventClass);

    /**
     * Removes a job in whatever state, also while it runs.
     *
     * @return the number of its activations that waited and are dropped; the core counts them as cancelled
     */
    int removeJob(int job);

    /**
     * Wakes a reactive job: runs its body at once.
     *
     * @param ready what happened, handed to {@link SchedulerContext#runJob}
     * @return whether it ran; false if it does not wait ({@link JobState#WAITING})
     */
    boolean wake(int job, int ready);

    /**
     * Starts a periodic job, or starts it anew. Its expiries lie at {@code now + delayNs + k * periodNs}, k = 0, 1, ...;
     * none is early; all are counted, see {@link Missed}.
     *
     * @param delayNs until the first expiry; 0 or less = in the next cycle
     * @param periodNs between expiries; 0 = the first is the last
     */
    void schedule(int job, long delayNs, long periodNs, Missed missed);

    /**
     * Takes the expiries of a periodic job that have passed and that its body was not run for, as many as it would be run
     * with. It ages on to the next one. Called before a job moves to another worker, where the core makes up for them.
     *
     * @return 0 if none has passed
     */
    int takeExpiries(int job);

    /** Changes the period of a periodic job from its next expiry on; 0 = the next is the last. */
    void period(int job, long periodNs);

    /** Stops a periodic job: it becomes {@link JobState#IDLE}. Activations that it has caused stay. */
    void unschedule(int job);

    /** Suspends a job. Its waiting activations stay on the list and are handled; a deadline keeps running. */
    void suspend(int job);

    /** Ends a suspension: a reactive job waits again, a periodic one ages on; an expiry that has passed is due now. */
    void resume(int job);

    /**
     * Puts an event on the list of active events of its process, {@code count} times, at the end.
     *
     * @return false if load control refuses it: then it stands on no list, and the core counts it as shed
     */
    boolean activate(int job, int count);

    /** Puts activations that {@link #takePending} or {@link SchedulerContext#runHandler} has taken back on the list. Not refused. */
    void giveBack(int job, int count);

    /** Takes all waiting activations of an event off the list, and says how many there were. */
    int takePending(int job);

    /** The event of this process whose waiting activation would be handled next; -1 if none waits. */
    int firstPending(int process);

    /** The number of waiting activations of an event, not counting one whose handler runs. */
    int pending(int job);

    /** The number of all waiting activations, counted by walking the lists: the ledger's {@code pending}. */
    long countPending();

    /** Changes what an activation of this event adds to its process's weight. Counts from the next activation on. */
    void priority(int job, int priority);

    /** Changes what may be refused under overload, from the next activation on. */
    void eventClass(int job, EventClass eventClass);

    /** The job's state; {@link JobState#ENDED} for a free slot. */
    JobState state(int job);

    /** Until the job's next expiry, in nanoseconds; negative if it is overdue; {@link Long#MAX_VALUE} if it does not age. */
    long ageNs(int job);

    /** The job's period in nanoseconds, 0 if it has none. */
    long periodNs(int job);

    /**
     * The handler that {@link SchedulerContext#runHandler} was called for goes on without this worker: it blocked it for
     * too long. Called by the thread that has taken the worker over, before its first {@link #doWork()}; the cycle that
     * called the handler never goes on. What the handler has taken so far is to be charged to its process.
     *
     * @param job the slot of the event's job
     */
    void detached(int job);

    /** Adds this scheduler's figures to the worker's. */
    void describe(WorkerDTO worker);

    /**
     * Ends this scheduler's service and hands everything over: jobs, wheel, lists, weights. Called between two cycles; no
     * method is called afterwards.
     */
    PartState suspend();
}
