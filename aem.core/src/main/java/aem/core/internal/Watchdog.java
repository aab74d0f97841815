package aem.core.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Looks whether a handler blocks its worker, names it with its stack, and has another thread take the worker over, as Go's
 * scheduler hands off a processor: so all processes but the blocked one go on. The handler itself goes on too, on the thread
 * that it has; until it returns no other handler of its process runs.
 *
 * <p>It also takes back retained blocks that applications have lost, because it comes by now and then anyway.
 */
final class Watchdog extends Thread {
    private static final long OFF_PERIOD_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long MIN_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int LOOKS_PER_LIMIT = 4;
    private static final int STACK_FRAMES = 8;

    /** What was seen of one worker, and since when it is the same. */
    private static final class Sight {
        private long look;
        private long beat;
        private long sinceNs;
        private boolean told;
    }

    private final Core core;
    private final List<Sight> sights = new ArrayList<>();
    private volatile boolean stopped;

    Watchdog(Core core) {
        super(null, null, "aem-watchdog", 0, false);
        this.core = core;
        setDaemon(true);
        setContextClassLoader(null);
    }

    void end() {
        stopped = true;
        LockSupport.unpark(this);
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                watch();
            } catch (Throwable t) {
                core.reports.add("watchdog", t); // whatever it was, the workers are watched on
            }
        }
    }

    private void watch() {
        long limitNs = core.config().watchdogLimit().toNanos();
        LockSupport.parkNanos(this, limitNs == 0 ? OFF_PERIOD_NS : Math.max(MIN_PERIOD_NS, limitNs / LOOKS_PER_LIMIT));
        core.takeBackLost();
        long nowNs = System.nanoTime();
        core.balancer().look(nowNs);
        if (limitNs > 0) {
            for (Worker worker : core.workers()) {
                look(worker, sight(worker), nowNs, limitNs);
            }
        }
    }

    private Sight sight(Worker worker) {
        while (sights.size() <= worker.index) {
            sights.add(new Sight());
        }
        return sights.get(worker.index);
    }

    private void look(Worker worker, Sight sight, long nowNs, long limitNs) {
        long look = worker.ownership.look();
        long beat = worker.beat();
        if (look != sight.look || beat != sight.beat || worker.isSleeping()) {
            sight.look = look;
            sight.beat = beat;
            sight.sinceNs = nowNs;
            sight.told = false;
        } else if (nowNs - sight.sinceNs >= limitNs) {
            blocked(worker, sight);
        }
    }

    private void blocked(Worker worker, Sight sight) {
        WorkerThread thread = worker.thread();
        String who = worker.running() + " blocks worker " + worker.index + " for more than "
                + core.config().watchdogLimit().toMillis() + " ms";
        if (Ownership.isHandler(sight.look) && mayDetach() && worker.ownership.detach(sight.look)) {
            String stack = stack(thread);
            thread.setName("aem-detached-" + worker.index);
            worker.start(worker.ownership.takeOver(), thread);
            core.recording.detached(who, stack);
            core.reports.add(who + ": its process waits, the worker goes on without it; " + stack);
        } else if (!sight.told) {
            sight.told = true;
            core.reports.add(who + "; " + stack(thread));
        }
    }

    private boolean mayDetach() {
        int detached = 0;
        for (Worker worker : core.workers()) {
            detached += worker.detachedCount();
        }
        return detached < core.config().detachedLimit();
    }

    private static String stack(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(STACK_FRAMES)
                .map(frame -> "at " + frame)
                .collect(Collectors.joining(" "));
    }
}
