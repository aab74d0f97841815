package aem.scheduler.internal;

import aem.api.EventClass;
import aem.api.Priority;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.job.Missed;
import aem.api.job.Scheduler;
import aem.api.job.SchedulerContext;
import aem.api.part.PartState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The scheduler of one worker: its tables, and the calls that change them. {@link DutyCycle} runs what is in them.
 */
final class WorkerScheduler implements Scheduler {
    static final String PART = "scheduler";
    static final int LAYOUT = 2;
    private static final int JOBS = 64;
    private static final int PROCESSES = 16;

    private final SchedulerContext context;
    private final JobTable jobs;
    private final Dispatcher dispatcher;
    private final RunQueue queue;
    private final Activations activations;
    private final LoadControl control;
    private final DutyCycle cycle;

    WorkerScheduler(SchedulerContext context, Supplier<Settings> settings) {
        this(context, settings, new RunQueue(settings.get(), PROCESSES));
    }

    WorkerScheduler(SchedulerContext context, Supplier<Settings> settings, RunQueue queue) {
        this.context = context;
        this.queue = queue;
        long nowNs = context.nowNs();
        jobs = new JobTable(JOBS);
        dispatcher = new Dispatcher(jobs, TimingWheel.BITS, settings.get().tickNs(), nowNs);
        activations = new Activations(jobs, queue);
        control = new LoadControl(queue, settings.get().shed(), nowNs);
        cycle = new DutyCycle(context, settings, jobs, dispatcher, queue, activations, control, new Load(nowNs));
    }

    /** Goes on with a predecessor's tables, by reference: O(1). */
    WorkerScheduler(SchedulerContext context, Supplier<Settings> settings, PartState adopted) {
        if (!PART.equals(adopted.part()) || adopted.version() != LAYOUT) {
            throw new IllegalArgumentException("aem.scheduler adopts state of " + PART + " version " + LAYOUT
                    + ", not of " + adopted.part() + " version " + adopted.version());
        }
        this.context = context;
        jobs = new JobTable(adopted);
        dispatcher = new Dispatcher(jobs, adopted, settings.get().tickNs(), context.nowNs());
        queue = new RunQueue(settings.get(), adopted);
        activations = new Activations(jobs, queue, adopted);
        control = new LoadControl(queue, settings.get().shed(), adopted.get("load.control", long[].class));
        cycle = new DutyCycle(context, settings, jobs, dispatcher, queue, activations, control, adopted);
    }

    @Override
    public PartState suspend() {
        Map<String, Object> state = new LinkedHashMap<>();
        jobs.save(state);
        dispatcher.save(state);
        queue.save(state);
        activations.save(state);
        state.put("load.control", control.save());
        cycle.save(state);
        return new PartState(PART, LAYOUT, state);
    }

    @Override
    public int doWork() {
        return cycle.run();
    }

    @Override
    public void detached(int job) {
        cycle.detached(job);
    }

    @Override
    public void addProcess(int process) {
        if (queue.isProcess(process)) {
            throw new IllegalArgumentException("slot of process is in use: " + process);
        }
        if (process >= queue.capacity()) {
            int capacity = grown(queue.capacity(), process);
            queue.capacity(capacity);
            activations.processCapacity(capacity);
            control.capacity(capacity);
        }
        queue.add(process);
    }

    @Override
    public void removeProcess(int process) {
        if (!queue.isProcess(process)) {
            jobs.refuse();
        } else if (!activations.isEmpty(process)) {
            throw new IllegalArgumentException("process " + process + " still has jobs with waiting activations");
        } else {
            queue.remove(process);
        }
    }

    @Override
    public void addJob(int job, int process, JobKind kind, int priority, EventClass eventClass) {
        if (jobs.isJob(job)) {
            throw new IllegalArgumentException("slot of job is in use: " + job + ", " + jobs.state(job));
        }
        if (!queue.isProcess(process)) {
            throw new IllegalArgumentException("no process for job " + job + " in slot " + process);
        }
        Priority.check(priority);
        if (job >= jobs.capacity()) {
            int capacity = grown(jobs.capacity(), job);
            jobs.capacity(capacity);
            dispatcher.capacity(capacity);
            activations.jobCapacity(capacity);
        }
        dispatcher.create(job);
        jobs.create(job, process, kind, priority, eventClass);
    }

    @Override
    public int removeJob(int job) {
        if (!isJob(job)) {
            return 0;
        }
        int dropped = activations.remove(job);
        dispatcher.remove(job);
        jobs.move(job, JobState.ENDED);
        return dropped;
    }

    @Override
    public boolean wake(int job, int ready) {
        return cycle.wake(job, ready);
    }

    @Override
    public void schedule(int job, long delayNs, long periodNs, Missed missed) {
        dispatcher.schedule(job, delayNs, periodNs, missed, context.nowNs());
    }

    @Override
    public int takeExpiries(int job) {
        return dispatcher.takePassed(job, context.nowNs());
    }

    @Override
    public void period(int job, long periodNs) {
        dispatcher.period(job, periodNs, context.nowNs());
    }

    @Override
    public void unschedule(int job) {
        dispatcher.unschedule(job);
    }

    @Override
    public void suspend(int job) {
        if (isJob(job)) {
            dispatcher.suspend(job);
        }
    }

    @Override
    public void resume(int job) {
        if (!isJob(job)) {
            return;
        }
        if (!jobs.is(job, JobState.SUSPENDED)) {
            jobs.refuse();
        } else if (jobs.isReactive(job)) {
            jobs.move(job, JobState.WAITING);
        } else {
            dispatcher.resume(job, context.nowNs());
        }
    }

    @Override
    public boolean activate(int job, int count) {
        if (count <= 0 || !isJob(job)) {
            return true;
        }
        if (control.refuses(jobs.eventClass(job), jobs.process(job), count)) {
            return false;
        }
        activations.add(job, count, cycle.lastNs());
        return true;
    }

    @Override
    public void giveBack(int job, int count) {
        if (count > 0 && isJob(job)) {
            activations.add(job, count, cycle.lastNs());
        }
    }

    @Override
    public int takePending(int job) {
        return isJob(job) ? activations.remove(job) : 0;
    }

    @Override
    public int firstPending(int process) {
        return queue.isProcess(process) ? activations.first(process) : IntLists.NONE;
    }

    @Override
    public int pending(int job) {
        return jobs.isJob(job) ? activations.pending(job) : 0;
    }

    @Override
    public long countPending() {
        return activations.count();
    }

    @Override
    public void priority(int job, int priority) {
        Priority.check(priority);
        if (isJob(job)) {
            jobs.priority(job, priority);
        }
    }

    @Override
    public void eventClass(int job, EventClass eventClass) {
        if (isJob(job)) {
            jobs.eventClass(job, eventClass);
        }
    }

    @Override
    public JobState state(int job) {
        return jobs.state(job);
    }

    @Override
    public long ageNs(int job) {
        return dispatcher.ageNs(job, context.nowNs());
    }

    @Override
    public long periodNs(int job) {
        return dispatcher.periodNs(job);
    }

    @Override
    public void describe(WorkerDTO worker) {
        cycle.describe(worker);
        worker.ageing += dispatcher.ageing();
        worker.expiries += dispatcher.expiries();
        worker.illegalTransitions += jobs.illegalTransitions();
        worker.orderViolations += queue.orderViolations();
        worker.srtBase = queue.srtBase();
        worker.epochs += queue.epoch();
        worker.overloadLevel = control.level();
        worker.delayNs = control.delayNs();
        worker.shedRejectable += control.rejectable();
        worker.shedLastResort += control.lastResort();
        worker.pending += activations.count();
    }

    /** Whether the job is there; what is asked of one that is not is counted, as an ended job can't do it. */
    private boolean isJob(int job) {
        if (jobs.isJob(job)) {
            return true;
        }
        jobs.refuse();
        return false;
    }

    private static int grown(int capacity, int slot) {
        return Math.max(capacity * 2, Integer.highestOneBit(slot) * 2);
    }
}
