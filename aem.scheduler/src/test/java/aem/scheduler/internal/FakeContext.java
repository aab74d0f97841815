package aem.scheduler.internal;

import aem.api.job.SchedulerContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The core's side, with time as a variable. What it calls is set by the test. */
class FakeContext implements SchedulerContext {
    /** The clock stands while the scheduler polls: it must not poll until time has passed. */
    static final Settings SETTINGS = withoutSpin(Settings.DEFAULT);

    private static Settings withoutSpin(Settings s) {
        return new Settings(
                s.tickNs(),
                s.expiriesPerCycle(),
                s.jobsPerCycle(),
                s.handlersPerCycle(),
                s.handlersPerCycleNs(),
                s.inboxPerCycle(),
                s.hz(),
                s.cste(),
                s.decay(),
                s.quantumNs(),
                s.jobBoundNs(),
                SpinSettings.NONE,
                s.shed(),
                s.srtPriority());
    }

    static Settings withTick(long tickNs) {
        Settings s = SETTINGS;
        return new Settings(
                tickNs,
                s.expiriesPerCycle(),
                s.jobsPerCycle(),
                s.handlersPerCycle(),
                s.handlersPerCycleNs(),
                s.inboxPerCycle(),
                s.hz(),
                s.cste(),
                s.decay(),
                s.quantumNs(),
                s.jobBoundNs(),
                s.spin(),
                s.shed(),
                s.srtPriority());
    }

    /** As {@link #SETTINGS}, but for these. */
    static Settings with(SrtPriority srtPriority, ShedSettings shed) {
        Settings s = SETTINGS;
        return new Settings(
                s.tickNs(),
                s.expiriesPerCycle(),
                s.jobsPerCycle(),
                s.handlersPerCycle(),
                s.handlersPerCycleNs(),
                s.inboxPerCycle(),
                s.hz(),
                s.cste(),
                s.decay(),
                s.quantumNs(),
                s.jobBoundNs(),
                s.spin(),
                shed,
                srtPriority);
    }

    interface Call {
        void run(int job, int ready);
    }

    long nowNs;
    final List<String> log = new ArrayList<>();
    final ArrayDeque<Runnable> polled = new ArrayDeque<>();
    final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
    final List<Integer> handled = new ArrayList<>();
    final List<String> overruns = new ArrayList<>();
    long idleTimeoutNs = Long.MIN_VALUE;
    int polls;
    int clockReadings;
    int memoryPercent;
    Runnable whileIdle;
    Call body = (job, ready) -> {};
    Call handler = (job, ready) -> {};

    FakeContext() {
        this(1_000_000_000L);
    }

    FakeContext(long nowNs) {
        this.nowNs = nowNs;
    }

    @Override
    public int worker() {
        return 0;
    }

    @Override
    public long nowNs() {
        clockReadings++;
        return nowNs;
    }

    @Override
    public int poll() {
        polls++;
        log.add("poll");
        int count = polled.size();
        for (int i = 0; i < count; i++) {
            polled.poll().run();
        }
        return count;
    }

    @Override
    public int idle(long timeoutNs) {
        log.add("idle");
        idleTimeoutNs = timeoutNs;
        if (whileIdle == null) {
            return 0;
        }
        whileIdle.run();
        whileIdle = null;
        return 1;
    }

    @Override
    public int drainInbox(int limit) {
        log.add("inbox");
        int done = 0;
        for (; done < limit && !inbox.isEmpty(); done++) {
            inbox.poll().run();
        }
        return done;
    }

    @Override
    public void runJob(int job, int ready) {
        log.add("job " + job + " x" + ready);
        body.run(job, ready);
    }

    @Override
    public void runHandler(int job) {
        log.add("handler " + job);
        handled.add(job);
        handler.run(job, 0);
    }

    @Override
    public int memoryPercent() {
        return memoryPercent;
    }

    @Override
    public void overrun(int job, long tookNs, long boundNs) {
        overruns.add(job + " " + tookNs + " " + boundNs);
    }
}
