package aem.core.internal;

import aem.api.EventClass;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.job.Missed;
import aem.api.job.Scheduler;
import aem.api.job.SchedulerContext;
import aem.api.job.SchedulerProvider;
import aem.api.part.PartState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * A scheduler that runs what is active in order of activation, a cycle for each step of the test, by the test's clock. It
 * notes each call that breaks the contract. Its tables outlive it, as the core's do.
 */
final class FakeScheduler implements SchedulerProvider {
    private static final int HANDLERS_PER_CYCLE = 64;
    private static final int INBOX_PER_CYCLE = 256;

    /** What is handed over. */
    static final class Tables {
        final Map<Integer, Job> jobs = new TreeMap<>();
        final Set<Integer> processes = new HashSet<>();
        final ArrayDeque<Integer> active = new ArrayDeque<>();
        final List<String> violations = new ArrayList<>();
    }

    private static final class Job {
        final int process;
        final JobKind kind;
        EventClass eventClass;
        JobState state;
        boolean armed;
        long deadlineNs;
        long periodNs;
        Missed missed;

        Job(int process, JobKind kind, EventClass eventClass) {
            this.process = process;
            this.kind = kind;
            this.eventClass = eventClass;
            state = kind == JobKind.REACTIVE ? JobState.WAITING : JobState.IDLE;
        }
    }

    private final IntFunction<Gate> gates;
    private final AtomicLong clockNs;
    private final List<Tables> tables;
    private final int version;
    /** Set by the test: so many activations are lost. */
    volatile int losses;
    /** Set by the test: all but NEVER is refused. */
    volatile boolean overloaded;

    FakeScheduler(IntFunction<Gate> gates, AtomicLong clockNs, List<Tables> tables, int version) {
        this.gates = gates;
        this.clockNs = clockNs;
        this.tables = tables;
        this.version = version;
    }

    @Override
    public Scheduler open(SchedulerContext context, PartState adopted) {
        if (adopted != null && adopted.version() != version) {
            throw new IllegalArgumentException("version " + adopted.version() + " can't be adopted");
        }
        return new InOrder(context, tables.get(context.worker()), gates.apply(context.worker()));
    }

    private final class InOrder implements Scheduler {
        private final SchedulerContext context;
        private final Tables own;
        private final Gate gate;

        InOrder(SchedulerContext context, Tables own, Gate gate) {
            this.context = context;
            this.own = own;
            this.gate = gate;
        }

        @Override
        public int doWork() {
            if (gate.pass() == Gate.Pass.CYCLE) {
                context.nowNs();
                context.poll();
                runPeriodic();
                for (int i = 0; i < HANDLERS_PER_CYCLE && !own.active.isEmpty(); i++) {
                    context.runHandler(own.active.poll());
                }
                context.drainInbox(INBOX_PER_CYCLE);
            } else {
                Thread.yield();
            }
            return 1;
        }

        private void runPeriodic() {
            for (Map.Entry<Integer, Job> entry : List.copyOf(own.jobs.entrySet())) {
                Job job = entry.getValue();
                if (own.jobs.get(entry.getKey()) == job && job.state == JobState.AGEING && isDue(job)) {
                    job.state = JobState.RUNNING;
                    context.runJob(entry.getKey(), expiries(job));
                    if (job.state == JobState.RUNNING) {
                        job.state = job.armed ? JobState.AGEING : JobState.IDLE;
                    }
                }
            }
        }

        private boolean isDue(Job job) {
            return job.armed && job.deadlineNs - clockNs.get() <= 0;
        }

        private int expiries(Job job) {
            if (job.periodNs == 0) {
                job.armed = false;
                return 1;
            }
            long passed = (clockNs.get() - job.deadlineNs) / job.periodNs + 1;
            job.deadlineNs += passed * job.periodNs;
            return job.missed == Missed.FIRE_ONCE ? 1 : (int) passed;
        }

        private Job job(int slot, String call) {
            Job job = own.jobs.get(slot);
            if (job == null) {
                own.violations.add(call + " of no job " + slot);
            }
            return job;
        }

        @Override
        public void addProcess(int process) {
            if (!own.processes.add(process)) {
                own.violations.add("process slot in use " + process);
            }
        }

        @Override
        public void removeProcess(int process) {
            if (!own.processes.remove(process)) {
                own.violations.add("no process " + process);
            }
            if (own.jobs.values().stream().anyMatch(job -> job.process == process)) {
                own.violations.add("process with jobs " + process);
            }
        }

        @Override
        public void addJob(int slot, int process, JobKind kind, int priority, EventClass eventClass) {
            if (!own.processes.contains(process)) {
                own.violations.add("job of no process " + process);
            }
            if (own.jobs.putIfAbsent(slot, new Job(process, kind, eventClass)) != null) {
                own.violations.add("job slot in use " + slot);
            }
        }

        @Override
        public int removeJob(int slot) {
            Job job = job(slot, "removeJob");
            if (job == null) {
                return 0;
            }
            job.state = JobState.ENDED;
            own.jobs.remove(slot);
            return take(slot);
        }

        private int take(int slot) {
            int before = own.active.size();
            own.active.removeIf(active -> active == slot);
            return before - own.active.size();
        }

        @Override
        public boolean wake(int slot, int ready) {
            Job job = job(slot, "wake");
            if (job == null || job.state != JobState.WAITING) {
                return false;
            }
            job.state = JobState.RUNNING;
            context.runJob(slot, ready);
            if (job.state == JobState.RUNNING) {
                job.state = JobState.WAITING;
            }
            return true;
        }

        @Override
        public void schedule(int slot, long delayNs, long periodNs, Missed missed) {
            Job job = job(slot, "schedule");
            job.armed = true;
            job.deadlineNs = clockNs.get() + delayNs;
            job.periodNs = periodNs;
            job.missed = missed;
            if (job.state == JobState.IDLE) {
                job.state = JobState.AGEING;
            }
        }

        @Override
        public void period(int slot, long periodNs) {
            job(slot, "period").periodNs = periodNs;
        }

        @Override
        public void unschedule(int slot) {
            Job job = job(slot, "unschedule");
            job.armed = false;
            if (job.state == JobState.AGEING) {
                job.state = JobState.IDLE;
            }
        }

        @Override
        public void suspend(int slot) {
            job(slot, "suspend").state = JobState.SUSPENDED;
        }

        @Override
        public void resume(int slot) {
            Job job = job(slot, "resume");
            job.state = job.kind == JobKind.REACTIVE ? JobState.WAITING : job.armed ? JobState.AGEING : JobState.IDLE;
        }

        @Override
        public boolean activate(int slot, int count) {
            Job job = job(slot, "activate");
            if (job != null && overloaded && job.eventClass != EventClass.NEVER) {
                return false;
            }
            giveBack(slot, count);
            return true;
        }

        @Override
        public void giveBack(int slot, int count) {
            if (job(slot, "giveBack") != null) {
                for (int i = 0; i < count; i++) {
                    if (losses > 0) {
                        losses--;
                    } else {
                        own.active.add(slot);
                    }
                }
            }
        }

        @Override
        public int takePending(int slot) {
            return job(slot, "takePending") == null ? 0 : take(slot);
        }

        @Override
        public int firstPending(int process) {
            for (int slot : own.active) {
                if (own.jobs.get(slot).process == process) {
                    return slot;
                }
            }
            return -1;
        }

        @Override
        public int takeExpiries(int slot) {
            Job job = job(slot, "takeExpiries");
            return job == null || !isDue(job) ? 0 : expiries(job);
        }

        @Override
        public int pending(int slot) {
            return (int) own.active.stream().filter(active -> active == slot).count();
        }

        @Override
        public long countPending() {
            return own.active.size();
        }

        @Override
        public void priority(int slot, int priority) {
            job(slot, "priority");
        }

        @Override
        public void eventClass(int slot, EventClass eventClass) {
            job(slot, "eventClass").eventClass = eventClass;
        }

        @Override
        public JobState state(int slot) {
            Job job = own.jobs.get(slot);
            return job == null ? JobState.ENDED : job.state;
        }

        @Override
        public long ageNs(int slot) {
            Job job = own.jobs.get(slot);
            return job == null || !job.armed ? Long.MAX_VALUE : job.deadlineNs - clockNs.get();
        }

        @Override
        public long periodNs(int slot) {
            Job job = own.jobs.get(slot);
            return job == null ? 0 : job.periodNs;
        }

        @Override
        public void detached(int slot) {
            // the next cycle is as good as any
        }

        @Override
        public void describe(WorkerDTO worker) {
            // nothing to tell
        }

        @Override
        public PartState suspend() {
            return new PartState("scheduler", version, Map.of("jobs", own.jobs.size()));
        }
    }
}
