package org.example.scheduler;

import aem.api.EventClass;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.job.Missed;
import aem.api.job.Scheduler;
import aem.api.job.SchedulerContext;
import aem.api.part.PartState;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Processes take turns, one handler each, first come, first served: no weights, no slices, nothing is shed, no spinning.
 * Timers stand in a heap and expire to the nanosecond.
 */
final class Turns implements Scheduler {
    private static final JobState[] STATES = JobState.values();
    private static final int A_CYCLE = 100;

    private final SchedulerContext context;
    private final Tables t;
    private final Deadlines deadlines = new Deadlines();
    private final ArrayDeque<Integer> turns = new ArrayDeque<>();
    private boolean[] inTurn;
    private boolean[] onStack;
    private long nowNs;

    Turns(SchedulerContext context, Tables tables) {
        this.context = context;
        t = tables;
        nowNs = context.nowNs();
        inTurn = new boolean[t.processes()];
        onStack = new boolean[t.jobs()];
        for (int process = 0; process < t.processes(); process++) {
            takeTurn(process);
        }
        for (int job = 0; job < t.jobs(); job++) {
            JobState state = STATES[t.state[job]];
            if (state == JobState.AGEING || state == JobState.READY) {
                deadlines.add(job, dueNs(job));
            }
        }
    }

    @Override
    public PartState suspend() {
        return t.toPart();
    }

    // ---- the cycle ------------------------------------------------------------------------------------------------

    @Override
    public int doWork() {
        t.cycles[0]++;
        nowNs = context.nowNs();
        int work = context.poll() + fire() + handle() + context.drainInbox(A_CYCLE);
        if (work > 0) {
            return work;
        }
        t.cycles[1]++;
        return context.idle(deadlines.size() == 0 ? -1 : Math.max(0, deadlines.firstNs() - nowNs));
    }

    private int fire() {
        int fired = 0;
        for (; fired < A_CYCLE && deadlines.isDue(nowNs); fired++) {
            int job = deadlines.takeFirst();
            int count = expiriesOf(job);
            if (t.state[job] != JobState.READY.ordinal()) {
                move(job, JobState.READY);
            }
            move(job, JobState.RUNNING);
            if (run(job, count)) {
                settle(job);
            }
        }
        return fired;
    }

    private int expiriesOf(int job) {
        long count = t.owed[job];
        if (isArmed(job) && (count == 0 || t.deadlineNs[job] - nowNs <= 0)) {
            count += passed(job);
        }
        if ((t.flags[job] & Tables.FIRE_ALL) == 0) {
            count = Math.min(1, count);
            t.owed[job] = 0;
        } else {
            t.owed[job] = Math.max(0, count - Integer.MAX_VALUE);
            count -= t.owed[job];
        }
        t.expiries += count;
        return (int) count;
    }

    /** The expiries up to now, of a timer that is due; its deadline is the next one after them. */
    private long passed(int job) {
        if (t.periodNs[job] == 0) {
            t.flags[job] &= ~Tables.ARMED;
            return 1;
        }
        long count = (nowNs - t.deadlineNs[job]) / t.periodNs[job] + 1;
        t.deadlineNs[job] += count * t.periodNs[job];
        return count;
    }

    private int handle() {
        int handled = 0;
        while (handled < A_CYCLE && !turns.isEmpty()) {
            int process = turns.remove();
            inTurn[process] = false;
            int job = t.head[process];
            if (job == Tables.NONE) {
                continue; // what it waited for was taken away
            }
            takeOne(job);
            takeTurn(process);
            context.runHandler(job);
            handled++;
        }
        return handled;
    }

    private void takeOne(int job) {
        if (t.pending[job] == 1) {
            takeAll(job);
            return;
        }
        t.pending[job]--;
        t.waiting--;
        t.unlink(job);
        t.append(job);
    }

    private int takeAll(int job) {
        int count = t.pending[job];
        if (count > 0) {
            t.pending[job] = 0;
            t.waiting -= count;
            t.unlink(job);
        }
        return count;
    }

    private void takeTurn(int process) {
        if (!inTurn[process] && t.head[process] != Tables.NONE) {
            inTurn[process] = true;
            turns.add(process);
        }
    }

    @Override
    public void detached(int job) {
        // its process has no slice that it could be charged to
    }

    // ---- jobs -----------------------------------------------------------------------------------------------------

    @Override
    public void addJob(int job, int process, JobKind kind, int priority, EventClass eventClass) {
        if (isThere(job) || process >= t.processes() || !t.used[process]) {
            throw new IllegalArgumentException("job " + job + " can't be added to process " + process);
        }
        if (job >= t.jobs()) {
            t.growJobs(job);
            onStack = Arrays.copyOf(onStack, t.jobs());
        }
        boolean periodic = kind == JobKind.PERIODIC;
        t.kind[job] = periodic ? Tables.PERIODIC : 0;
        t.state[job] = (byte) (periodic ? JobState.IDLE : JobState.WAITING).ordinal();
        t.process[job] = process;
        t.priority[job] = priority;
        t.eventClass[job] = (byte) eventClass.ordinal();
        t.incarnation[job]++;
        t.flags[job] = 0;
        t.periodNs[job] = 0;
        t.owed[job] = 0;
        onStack[job] = false;
    }

    @Override
    public int removeJob(int job) {
        if (!check(job)) {
            return 0;
        }
        deadlines.remove(job);
        t.flags[job] = 0;
        t.owed[job] = 0;
        move(job, JobState.ENDED);
        return takeAll(job);
    }

    @Override
    public boolean wake(int job, int ready) {
        if (!isThere(job)
                || t.kind[job] == Tables.PERIODIC
                || t.state[job] != JobState.WAITING.ordinal()
                || onStack[job]) {
            return false;
        }
        move(job, JobState.RUNNING);
        if (run(job, ready)) {
            move(job, JobState.WAITING);
        }
        return true;
    }

    /** Whether the job is the same one afterwards, and still runs. */
    private boolean run(int job, int ready) {
        int incarnation = t.incarnation[job];
        onStack[job] = true;
        context.runJob(job, ready);
        if (t.incarnation[job] != incarnation) {
            return false;
        }
        onStack[job] = false;
        return t.state[job] == JobState.RUNNING.ordinal();
    }

    @Override
    public void suspend(int job) {
        if (check(job) && move(job, JobState.SUSPENDED)) {
            deadlines.remove(job);
        }
    }

    @Override
    public void resume(int job) {
        if (!check(job)) {
            return;
        }
        if (t.state[job] != JobState.SUSPENDED.ordinal()) {
            t.illegal++;
        } else if (t.kind[job] == Tables.PERIODIC) {
            settle(job);
        } else {
            move(job, JobState.WAITING);
        }
    }

    // ---- timers ---------------------------------------------------------------------------------------------------

    @Override
    public void schedule(int job, long delayNs, long periodNs, Missed missed) {
        if (!checkPeriodic(job)) {
            return;
        }
        nowNs = context.nowNs();
        t.deadlineNs[job] = nowNs + Math.clamp(delayNs, -Long.MAX_VALUE / 2, Long.MAX_VALUE / 2);
        t.periodNs[job] = Math.clamp(periodNs, 0, Long.MAX_VALUE / 2);
        t.owed[job] = 0;
        t.flags[job] = (byte) (Tables.ARMED | (missed == Missed.FIRE_ALL ? Tables.FIRE_ALL : 0));
        if (t.state[job] != JobState.RUNNING.ordinal() && t.state[job] != JobState.SUSPENDED.ordinal()) {
            settle(job);
        }
    }

    @Override
    public int takeExpiries(int job) {
        nowNs = context.nowNs();
        if (!checkPeriodic(job) || t.owed[job] == 0 && (!isArmed(job) || t.deadlineNs[job] - nowNs > 0)) {
            return 0;
        }
        int count = expiriesOf(job);
        if (t.state[job] == JobState.AGEING.ordinal() || t.state[job] == JobState.READY.ordinal()) {
            settle(job);
        }
        return count;
    }

    @Override
    public void period(int job, long periodNs) {
        if (!checkPeriodic(job)) {
            return;
        }
        nowNs = context.nowNs();
        if (isArmed(job) && t.periodNs[job] > 0 && t.deadlineNs[job] - nowNs <= 0) {
            t.owed[job] += passed(job);
            if (t.state[job] == JobState.AGEING.ordinal()) {
                settle(job);
            }
        }
        t.periodNs[job] = Math.clamp(periodNs, 0, Long.MAX_VALUE / 2);
    }

    @Override
    public void unschedule(int job) {
        if (!checkPeriodic(job)) {
            return;
        }
        t.flags[job] &= ~Tables.ARMED;
        t.owed[job] = 0;
        deadlines.remove(job);
        if (t.state[job] == JobState.AGEING.ordinal() || t.state[job] == JobState.READY.ordinal()) {
            move(job, JobState.IDLE);
        }
    }

    /** It ages on, or has nothing to do. */
    private void settle(int job) {
        deadlines.remove(job);
        if (isArmed(job) || t.owed[job] > 0) {
            move(job, JobState.AGEING);
            deadlines.add(job, dueNs(job));
        } else {
            move(job, JobState.IDLE);
        }
    }

    private boolean isArmed(int job) {
        return (t.flags[job] & Tables.ARMED) != 0;
    }

    private long dueNs(int job) {
        return t.owed[job] > 0 ? nowNs : t.deadlineNs[job];
    }

    @Override
    public long ageNs(int job) {
        if (!isThere(job) || t.kind[job] != Tables.PERIODIC || !isArmed(job) && t.owed[job] == 0) {
            return Long.MAX_VALUE;
        }
        return t.owed[job] > 0 ? -1 : t.deadlineNs[job] - context.nowNs();
    }

    @Override
    public long periodNs(int job) {
        return isThere(job) && t.kind[job] == Tables.PERIODIC ? t.periodNs[job] : 0;
    }

    // ---- active events --------------------------------------------------------------------------------------------

    @Override
    public boolean activate(int job, int count) {
        giveBack(job, count);
        return true;
    }

    @Override
    public void giveBack(int job, int count) {
        if (count <= 0 || !check(job)) {
            return;
        }
        if (t.pending[job] == 0) {
            t.sinceNs[job] = nowNs;
            t.append(job);
            takeTurn(t.process[job]);
        }
        t.pending[job] = Math.addExact(t.pending[job], count);
        t.waiting += count;
    }

    @Override
    public int takePending(int job) {
        return check(job) ? takeAll(job) : 0;
    }

    @Override
    public int firstPending(int process) {
        return t.head[process];
    }

    @Override
    public int pending(int job) {
        return isThere(job) ? t.pending[job] : 0;
    }

    @Override
    public long countPending() {
        long count = 0;
        for (int first : t.head) {
            for (int job = first; job != Tables.NONE; job = t.next[job]) {
                count += t.pending[job];
            }
        }
        return count;
    }

    @Override
    public void priority(int job, int priority) {
        if (check(job)) {
            t.priority[job] = priority;
        }
    }

    @Override
    public void eventClass(int job, EventClass eventClass) {
        if (check(job)) {
            t.eventClass[job] = (byte) eventClass.ordinal();
        }
    }

    // ---- processes ------------------------------------------------------------------------------------------------

    @Override
    public void addProcess(int process) {
        if (process < t.processes() && t.used[process]) {
            throw new IllegalArgumentException("process is there: " + process);
        }
        if (process >= t.processes()) {
            t.growProcesses(process);
            inTurn = Arrays.copyOf(inTurn, t.processes());
        }
        t.used[process] = true;
    }

    @Override
    public void removeProcess(int process) {
        if (t.head[process] != Tables.NONE) {
            throw new IllegalArgumentException("process has active events: " + process);
        }
        t.used[process] = false;
    }

    // ---- figures --------------------------------------------------------------------------------------------------

    @Override
    public JobState state(int job) {
        return isThere(job) ? STATES[t.state[job]] : JobState.ENDED;
    }

    @Override
    public void describe(WorkerDTO worker) {
        worker.cycles += t.cycles[0];
        worker.idleCycles += t.cycles[1];
        worker.overruns += t.cycles[2];
        worker.epochs += t.order[0];
        worker.orderViolations += t.order[2];
        worker.shedRejectable += t.control[4];
        worker.shedLastResort += t.control[5];
        worker.ageing += deadlines.size();
        worker.expiries += t.expiries;
        worker.illegalTransitions += t.illegal;
        worker.pending += countPending();
    }

    private boolean isThere(int job) {
        return job >= 0 && job < t.jobs() && t.state[job] != Tables.ENDED;
    }

    private boolean check(int job) {
        if (!isThere(job)) {
            t.illegal++;
            return false;
        }
        return true;
    }

    private boolean checkPeriodic(int job) {
        if (isThere(job) && t.kind[job] == Tables.PERIODIC) {
            return true;
        }
        t.illegal++;
        return false;
    }

    private boolean move(int job, JobState to) {
        if (!STATES[t.state[job]].canBecome(to)) {
            t.illegal++;
            return false;
        }
        t.state[job] = (byte) to.ordinal();
        return true;
    }
}
