package aem.scheduler.internal;

import static aem.scheduler.internal.IntLists.NONE;

import aem.api.dto.WorkerDTO;
import aem.api.job.JobState;
import aem.api.job.SchedulerContext;
import aem.api.part.PartState;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One worker's duty cycle: what runs, in which order, and for how long.
 *
 * <p>The clock's readings are chained: the end of one job or handler is the beginning of the next. A cycle that a handle
 * wakes for one handler reads it three times: at its beginning, after the job, after the handler.
 */
final class DutyCycle {
    private final SchedulerContext context;
    private final Supplier<Settings> source;
    private final JobTable jobs;
    private final Dispatcher dispatcher;
    private final RunQueue queue;
    private final Activations activations;
    private final LoadControl control;
    private final Spin spin;
    private final Load load;

    private Settings settings;
    private long lastNs;
    /** Whether {@link #lastNs} is the beginning of the job that the poller wakes next. */
    private boolean chained;

    private boolean polling;
    /**
     * Whether all that the last cycle found came from the poller. Then a cycle without anything to run need not poll,
     * because it ends in idle, which does. Timers or submissions in every cycle would keep it from idling: so it polls.
     */
    private boolean quiet;

    /** Bodies and handlers on the stack. What they wake is part of their own time. */
    private int depth;

    /** What the last idling has reported: that was this cycle's poll. */
    private int idleReady;

    private long cycles;
    private long idleCycles;
    private long overruns;

    DutyCycle(
            SchedulerContext context,
            Supplier<Settings> source,
            JobTable jobs,
            Dispatcher dispatcher,
            RunQueue queue,
            Activations activations,
            LoadControl control,
            Load load) {
        this.context = context;
        this.source = source;
        this.jobs = jobs;
        this.dispatcher = dispatcher;
        this.queue = queue;
        this.activations = activations;
        this.control = control;
        this.load = load;
        settings = source.get();
        lastNs = context.nowNs();
        spin = new Spin(settings.spin(), lastNs);
        queue.handlersPerSecond(load.perSecond());
    }

    DutyCycle(
            SchedulerContext context,
            Supplier<Settings> source,
            JobTable jobs,
            Dispatcher dispatcher,
            RunQueue queue,
            Activations activations,
            LoadControl control,
            PartState adopted) {
        this(
                context,
                source,
                jobs,
                dispatcher,
                queue,
                activations,
                control,
                new Load(adopted.get("cycle.load", long[].class)));
        long[] figures = adopted.get("cycle.figures", long[].class);
        cycles = figures[0];
        idleCycles = figures[1];
        overruns = figures[2];
    }

    void save(Map<String, Object> state) {
        state.put("cycle.load", load.save());
        state.put("cycle.figures", new long[] {cycles, idleCycles, overruns});
    }

    int run() {
        long nowNs = begin();
        int work = poll();
        int unpolled = dispatcher.expire(nowNs, settings.expiriesPerCycle());
        if (lastNs == nowNs && (dispatcher.ready() > 0 || queue.runnableCount() > 0)) {
            lastNs = context.nowNs();
        }
        unpolled += runJobs(nowNs);
        work += runHandlers();
        unpolled += context.drainInbox(settings.inboxPerCycle());
        quiet = unpolled == 0;
        work += unpolled;
        if (work == 0) {
            return idle(nowNs);
        }
        spin.worked(nowNs);
        return work;
    }

    /** The latest reading of the clock. */
    long lastNs() {
        return lastNs;
    }

    @SuppressWarnings("ReferenceEquality") // settings are replaced whole
    private long begin() {
        long nowNs = context.nowNs();
        lastNs = nowNs;
        depth = 0;
        cycles++;
        Settings latest = source.get();
        if (latest != settings) {
            settings = latest;
            spin.settings(latest.spin());
            control.settings(latest.shed());
            queue.settings(latest);
            dispatcher.tickNs(latest.tickNs(), nowNs);
        }
        if (control.isDue(nowNs)) {
            control.judge(nowNs, activations.waiting(), context.memoryPercent());
        }
        if (load.roll(nowNs)) {
            queue.handlersPerSecond(load.perSecond());
        }
        return nowNs;
    }

    private int poll() {
        if (idleReady > 0) {
            idleReady = 0;
            return 0;
        }
        if (quiet && queue.runnableCount() == 0 && dispatcher.ready() == 0) {
            return 0; // one system call less for each message of a ping-pong
        }
        return pollNow();
    }

    private int pollNow() {
        polling = true;
        chained = true;
        int ready = context.poll();
        polling = false;
        chained = false;
        return ready;
    }

    boolean wake(int job, int ready) {
        if (!jobs.isWakeable(job)) {
            return false;
        }
        boolean timed = depth == 0;
        long beginNs = chained ? lastNs : timed ? context.nowNs() : 0;
        jobs.move(job, JobState.RUNNING);
        int incarnation = jobs.enterBody(job);
        depth++;
        try {
            context.runJob(job, ready);
        } finally {
            depth--;
            if (jobs.leaveBody(job, incarnation)) {
                jobs.move(job, JobState.WAITING);
            }
        }
        if (timed) {
            lastNs = context.nowNs();
            chained = polling;
            bound(job, lastNs - beginNs, settings.jobBoundNs());
        }
        return true;
    }

    private int runJobs(long nowNs) {
        int limit = Math.min(dispatcher.ready(), settings.jobsPerCycle());
        int done = 0;
        for (int job; done < limit && (job = dispatcher.takeReady()) != NONE; done++) {
            runReady(job, nowNs);
        }
        return done;
    }

    private void runReady(int job, long nowNs) {
        long beginNs = lastNs;
        int expiries = dispatcher.takeExpiries(job, nowNs);
        jobs.move(job, JobState.RUNNING);
        int incarnation = jobs.enterBody(job);
        depth++;
        try {
            context.runJob(job, expiries);
        } finally {
            depth--;
            lastNs = context.nowNs();
            if (jobs.leaveBody(job, incarnation)) {
                dispatcher.settle(job, lastNs);
            }
        }
        bound(job, lastNs - beginNs, settings.jobBoundNs());
    }

    private int runHandlers() {
        int limit = settings.handlersPerCycle();
        long beginNs = lastNs;
        int done = 0;
        while (done < limit && queue.runnableCount() > 0) {
            int process = queue.choose();
            int incarnation = queue.incarnation(process);
            int job = activations.take(process);
            control.ran(process, lastNs - activations.sinceNs(job));
            depth++;
            context.runHandler(job);
            depth--;
            done++;
            long endNs = context.nowNs();
            long tookNs = endNs - lastNs;
            lastNs = endNs;
            queue.spend(process, incarnation, tookNs);
            bound(job, tookNs, settings.quantumNs());
            if (endNs - beginNs >= settings.handlersPerCycleNs()) {
                break;
            }
        }
        if (done > 0) {
            load.add(done, lastNs);
        }
        return done;
    }

    /** The last handler's cycle never goes on; the next one begins anew. */
    void detached(int job) {
        long nowNs = context.nowNs();
        int process = jobs.process(job);
        queue.spend(process, queue.incarnation(process), nowNs - lastNs);
        bound(job, nowNs - lastNs, settings.quantumNs());
        load.add(1, nowNs);
        lastNs = nowNs;
    }

    private void bound(int job, long tookNs, long boundNs) {
        if (tookNs > boundNs) {
            overruns++;
            context.overrun(job, tookNs, boundNs);
        }
    }

    private int idle(long nowNs) {
        idleCycles++;
        if (spin.pollsOn(nowNs)) {
            Thread.onSpinWait();
            idleReady = pollNow();
            return idleReady;
        }
        polling = true;
        idleReady = context.idle(dispatcher.restNs(nowNs));
        polling = false;
        chained = false;
        return idleReady;
    }

    /** A second that ended while the worker slept counts. */
    void describe(WorkerDTO worker) {
        if (load.roll(context.nowNs())) {
            queue.handlersPerSecond(load.perSecond());
        }
        worker.cycles += cycles;
        worker.idleCycles += idleCycles;
        worker.overruns += overruns;
        worker.loadPerSecond += load.perSecond();
    }
}
