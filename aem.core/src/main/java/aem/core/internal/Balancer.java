package aem.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Moves processes between workers: one at a time, when one worker is overloaded and another idle and both are nearer to
 * each other afterwards. Workers beyond {@code aem.workers} give up all that they have.
 *
 * <p>A worker's load is the time that its processes' handlers take. Each look asks the workers for it and judges what they
 * have answered since the last one, so it waits for nobody. On the watchdog's thread.
 */
final class Balancer {
    /** The greater of both loads must fall by this part of the interval, or it is not worth it. */
    private static final int GAIN_PERCENT = 10;
    /** Looks at which a worker must be overloaded in succession. */
    private static final int LOOKS = 2;
    /** Intervals in which a process is not moved again. */
    private static final int REST = 10;

    /** What a process has taken since the last sample. */
    record Usage(CoreProcess process, long tookNs) {}

    /** What a worker has done since its last sample. */
    record Sample(Worker worker, long busyNs, List<Usage> usages) {}

    /** A process, and where it should go. */
    record Move(CoreProcess process, Worker to) {}

    private final Core core;
    private AtomicReferenceArray<Sample> answers = new AtomicReferenceArray<>(0);
    private long lastNs = System.nanoTime();
    private Worker hottest;
    private int hotLooks;
    private volatile boolean resized;

    Balancer(Core core) {
        this.core = core;
    }

    /** The number of workers has changed. Any thread. */
    void resized() {
        resized = true;
    }

    void look(long nowNs) {
        CoreConfig config = core.config();
        long intervalNs = config.balanceInterval().toNanos();
        long passedNs = nowNs - lastNs;
        if (!resized && (intervalNs == 0 || passedNs < intervalNs)) {
            return;
        }
        resized = false;
        lastNs = nowNs;
        Worker[] active = core.activeWorkers();
        List<Worker> all = List.of(core.workers()); // after the active ones: they only get more
        for (Worker resting : all.subList(active.length, all.size())) {
            giveUp(resting, active);
        }
        if (intervalNs > 0 && active.length > 1) {
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < answers.length(); i++) {
                samples.add(answers.get(i));
            }
            if (samples.size() == active.length && !samples.contains(null)) {
                judge(samples, passedNs, nowNs);
            }
            ask(active);
        }
    }

    private void ask(Worker... workers) {
        var fresh = new AtomicReferenceArray<Sample>(workers.length);
        answers = fresh;
        for (Worker worker : workers) {
            worker.atSafePoint(new Obligation() {
                @Override
                void run(Worker on) {
                    fresh.set(on.index, on.sample());
                }
            });
        }
    }

    private void judge(List<Sample> samples, long passedNs, long nowNs) {
        CoreConfig config = core.config();
        Move move = choose(
                samples,
                passedNs,
                config.balanceBusyPercent(),
                config.balanceIdlePercent(),
                nowNs - REST * config.balanceInterval().toNanos());
        Worker hot = move == null ? null : move.process.address();
        hotLooks = hot == hottest && hot != null ? hotLooks + 1 : 1;
        hottest = hot;
        if (move != null && hotLooks >= LOOKS) {
            move.process.balancedNs = nowNs;
            hotLooks = 0;
            core.move(move.process, move.to);
        }
    }

    /**
     * The move that brings the busiest and the idlest worker nearest to each other, or null.
     *
     * @param restsSinceNs processes that were moved later than this stay
     */
    static Move choose(List<Sample> samples, long passedNs, int busyPercent, int idlePercent, long restsSinceNs) {
        Sample hot = samples.getFirst();
        Sample cold = hot;
        for (Sample sample : samples) {
            hot = sample.busyNs > hot.busyNs ? sample : hot;
            cold = sample.busyNs < cold.busyNs ? sample : cold;
        }
        if (hot.busyNs * 100 < passedNs * busyPercent || cold.busyNs * 100 > passedNs * idlePercent) {
            return null;
        }
        Move best = null;
        long bestNs = hot.busyNs - passedNs * GAIN_PERCENT / 100;
        for (Usage usage : hot.usages) {
            boolean rests = usage.process.balancedNs != 0 && usage.process.balancedNs - restsSinceNs > 0;
            long afterNs = Math.max(hot.busyNs - usage.tookNs, cold.busyNs + usage.tookNs);
            if (afterNs <= bestNs && !rests) {
                best = new Move(usage.process, cold.worker);
                bestNs = afterNs;
            }
        }
        return best;
    }

    /** One that works no more sends all that it has to the others, in turn. */
    private void giveUp(Worker resting, Worker... others) {
        resting.atSafePoint(new Obligation() {
            @Override
            void run(Worker on) {
                int next = 0;
                for (Usage usage : on.sample().usages()) {
                    usage.process.want(others[next++ % others.length]);
                    on.moveWanted(usage.process);
                }
            }
        });
    }
}
