package aem.scheduler.internal;

import static aem.scheduler.internal.IntLists.NONE;

import aem.api.job.JobState;
import aem.api.job.Missed;
import aem.api.part.PartState;
import java.util.Arrays;
import java.util.Map;

/**
 * The periodic jobs (slides: 'Job dispatcher'): their deadlines, the wheel in which they age, and the queue of those that
 * are ready.
 *
 * <p>A job's deadline is its first expiry that it has not been run for, exactly; the wheel only says when to look. How many
 * expiries a run stands for is worked out when the job is run, so nothing is lost however late that is.
 */
final class Dispatcher {
    private static final byte ARMED = 1;
    private static final byte FIRE_ALL = 2;

    /** Longest delay and period: differences to the clock stay comparable for the next 146 years. */
    private static final long MAX_NS = Long.MAX_VALUE / 2;

    /** Jobs whose place in a new wheel is worked out in one cycle, at most. */
    private static final int PLACED_A_CYCLE = 4096;

    private final JobTable jobs;
    private IntLists links;
    private TimingWheel wheel;
    private int readyList;
    private byte[] flags;
    private long[] deadlineNs;
    private long[] periodNs;
    /** Expiries that passed on a grid that has been changed since. */
    private long[] owed;

    private int ready;
    private long expiries;
    /** Jobs in slots from this one to {@link #placeEnd} may wait without standing in wheel or queue yet. */
    private int placeNext;

    private int placeEnd;

    Dispatcher(JobTable jobs, int bits, long tickNs, long nowNs) {
        this.jobs = jobs;
        int capacity = jobs.capacity();
        begin(bits, tickNs, nowNs);
        flags = new byte[capacity];
        deadlineNs = new long[capacity];
        periodNs = new long[capacity];
        owed = new long[capacity];
    }

    /** Goes on with the predecessor's wheel; if it had none, with one of its own, filled in bounded steps. */
    Dispatcher(JobTable jobs, PartState state, long tickNs, long nowNs) {
        this.jobs = jobs;
        if (state.values().containsKey("wheel.figures")) {
            links = new IntLists(state, "wheel");
            wheel = new TimingWheel(links, state);
            readyList = wheel.slots();
            ready = state.get("wheel.ready", Integer.class);
        } else {
            begin(TimingWheel.BITS, tickNs, nowNs);
            placeEnd = jobs.capacity();
        }
        flags = state.get("timer.flags", byte[].class);
        deadlineNs = state.get("timer.deadlineNs", long[].class);
        periodNs = state.get("timer.periodNs", long[].class);
        owed = state.get("timer.owed", long[].class);
        expiries = state.get("timer.expiries", Long.class);
        tickNs(tickNs, nowNs);
    }

    private void begin(int bits, long tickNs, long nowNs) {
        readyList = TimingWheel.slots(bits);
        links = new IntLists(jobs.capacity(), readyList + 1);
        wheel = new TimingWheel(links, jobs.capacity(), bits, tickNs, nowNs);
    }

    /** From now on the wheel's resolution is this: if it was another, with a new wheel, filled in bounded steps. */
    void tickNs(long tickNs, long nowNs) {
        if (wheel.tickNs() != tickNs) {
            begin(TimingWheel.BITS, tickNs, nowNs);
            ready = 0;
            placeNext = 0;
            placeEnd = jobs.capacity();
        }
    }

    void save(Map<String, Object> state) {
        if (!isPlacing()) {
            links.save(state, "wheel");
            wheel.save(state);
            state.put("wheel.ready", ready);
        }
        state.put("timer.flags", flags);
        state.put("timer.deadlineNs", deadlineNs);
        state.put("timer.periodNs", periodNs);
        state.put("timer.owed", owed);
        state.put("timer.expiries", expiries);
    }

    void capacity(int capacity) {
        links.elements(capacity);
        wheel.capacity(capacity);
        flags = Arrays.copyOf(flags, capacity);
        deadlineNs = Arrays.copyOf(deadlineNs, capacity);
        periodNs = Arrays.copyOf(periodNs, capacity);
        owed = Arrays.copyOf(owed, capacity);
    }

    void create(int job) {
        flags[job] = 0;
        periodNs[job] = 0;
        owed[job] = 0;
    }

    // ---- control --------------------------------------------------------------------------------------------------

    void schedule(int job, long delayNs, long period, Missed missed, long nowNs) {
        if (!jobs.isPeriodic(job)) {
            jobs.refuse();
            return;
        }
        deadlineNs[job] = nowNs + Math.clamp(delayNs, -MAX_NS, MAX_NS);
        periodNs[job] = Math.clamp(period, 0, MAX_NS);
        owed[job] = 0;
        flags[job] = missed == Missed.FIRE_ALL ? ARMED | FIRE_ALL : ARMED;
        if (!jobs.is(job, JobState.RUNNING) && !jobs.is(job, JobState.SUSPENDED)) {
            leave(job);
            enter(job, nowNs);
        }
    }

    void period(int job, long period, long nowNs) {
        if (!jobs.isPeriodic(job)) {
            jobs.refuse();
            return;
        }
        if (isArmed(job) && periodNs[job] > 0 && nowNs - deadlineNs[job] >= 0) {
            owed[job] += pass(job, nowNs);
            if (jobs.is(job, JobState.AGEING)) {
                leave(job);
                enter(job, nowNs);
            }
        }
        periodNs[job] = Math.clamp(period, 0, MAX_NS);
    }

    void unschedule(int job) {
        if (!jobs.isPeriodic(job)) {
            jobs.refuse();
            return;
        }
        disarm(job);
        leave(job);
        if (jobs.is(job, JobState.AGEING) || jobs.is(job, JobState.READY)) {
            jobs.move(job, JobState.IDLE);
        }
    }

    void suspend(int job) {
        if (jobs.move(job, JobState.SUSPENDED)) {
            leave(job);
        }
    }

    /** Of a periodic job that is suspended. */
    void resume(int job, long nowNs) {
        if (isArmed(job) || owed[job] > 0) {
            enter(job, nowNs);
        } else {
            jobs.move(job, JobState.IDLE);
        }
    }

    void remove(int job) {
        leave(job);
        disarm(job);
    }

    // ---- the cycle ------------------------------------------------------------------------------------------------

    /** Makes expired jobs ready, at most {@code limit}. */
    int expire(long nowNs, int limit) {
        if (isPlacing()) {
            place();
        }
        wheel.advance(nowNs);
        int count = 0;
        for (int job; count < limit && (job = wheel.expired()) != NONE; count++) {
            makeReady(job);
        }
        return count;
    }

    int ready() {
        return ready;
    }

    /** The first ready job, taken out of the queue, or {@link IntLists#NONE}. */
    int takeReady() {
        int job = links.head(readyList);
        if (job != NONE) {
            leave(job);
        }
        return job;
    }

    /** The number of expiries that a run at {@code nowNs} stands for; the deadline moves on to the next one. */
    int takeExpiries(int job, long nowNs) {
        long count = owed[job];
        if (isArmed(job) && (count == 0 || nowNs - deadlineNs[job] >= 0)) {
            count += pass(job, nowNs);
        }
        if ((flags[job] & FIRE_ALL) == 0) {
            owed[job] = 0;
            count = 1;
        } else {
            owed[job] = Math.max(0, count - Integer.MAX_VALUE);
            count -= owed[job];
        }
        expiries += count;
        return (int) count;
    }

    /** As {@link #takeExpiries}, of a job in any state; it is due no more. 0 if none has passed. */
    int takePassed(int job, long nowNs) {
        if (!jobs.isPeriodic(job) || owed[job] == 0 && (!isArmed(job) || nowNs - deadlineNs[job] < 0)) {
            return 0;
        }
        int count = takeExpiries(job, nowNs);
        if (jobs.is(job, JobState.AGEING) || jobs.is(job, JobState.READY)) {
            leave(job);
            settle(job, nowNs);
        }
        return count;
    }

    /** After a job's body: it ages on, or is due again, or has ended its work. */
    void settle(int job, long nowNs) {
        if (isArmed(job) || owed[job] > 0) {
            enter(job, nowNs);
        } else {
            jobs.move(job, JobState.IDLE);
        }
    }

    /** How long nothing becomes ready: 0 = not at all, negative = without limit. */
    long restNs(long nowNs) {
        if (isPlacing()) {
            return 0;
        }
        return wheel.isEmpty() ? -1 : Math.max(0, wheel.nextDeadlineNs() - nowNs);
    }

    // ---- figures --------------------------------------------------------------------------------------------------

    long ageNs(int job, long nowNs) {
        if (!jobs.isPeriodic(job) || !isArmed(job) && owed[job] == 0) {
            return Long.MAX_VALUE;
        }
        return owed[job] > 0 ? -1 : deadlineNs[job] - nowNs;
    }

    long periodNs(int job) {
        return jobs.isPeriodic(job) ? periodNs[job] : 0;
    }

    int ageing() {
        return wheel.size();
    }

    long expiries() {
        return expiries;
    }

    long tickNs() {
        return wheel.tickNs();
    }

    // ---- inside ---------------------------------------------------------------------------------------------------

    private boolean isArmed(int job) {
        return (flags[job] & ARMED) != 0;
    }

    private void disarm(int job) {
        flags[job] &= ~ARMED;
        owed[job] = 0;
    }

    /** How many expiries have passed, at least one; the deadline moves to the first one after {@code nowNs}. */
    private long pass(int job, long nowNs) {
        long period = periodNs[job];
        if (period == 0) {
            flags[job] &= ~ARMED;
            return 1;
        }
        long behindNs = nowNs - deadlineNs[job];
        long passed = behindNs < period ? 1 : behindNs / period + 1;
        deadlineNs[job] += passed * period;
        return passed;
    }

    private void enter(int job, long nowNs) {
        if (owed[job] == 0 && deadlineNs[job] - nowNs > 0) {
            if (jobs.move(job, JobState.AGEING)) {
                wheel.start(job, deadlineNs[job]);
            }
            return;
        }
        if (jobs.is(job, JobState.IDLE) || jobs.is(job, JobState.READY)) {
            jobs.move(job, JobState.AGEING);
        }
        makeReady(job);
    }

    private void makeReady(int job) {
        if (jobs.move(job, JobState.READY)) {
            links.append(readyList, job);
            ready++;
        }
    }

    /** Out of wheel or queue, if it stands there. */
    private void leave(int job) {
        if (!wheel.cancel(job) && links.listOf(job) == readyList) {
            links.remove(job);
            ready--;
        }
    }

    private boolean isPlacing() {
        return placeNext < placeEnd;
    }

    /** A step through the jobs that stood in another wheel, or in none. One that was moved meanwhile has its place. */
    private void place() {
        int end = Math.min(placeEnd, placeNext + PLACED_A_CYCLE);
        for (int job = placeNext; job < end; job++) {
            if (links.listOf(job) != NONE) {
                continue;
            }
            if (jobs.is(job, JobState.AGEING)) {
                wheel.start(job, deadlineNs[job]);
            } else if (jobs.is(job, JobState.READY)) {
                links.append(readyList, job);
                ready++;
            }
        }
        placeNext = end;
    }
}
