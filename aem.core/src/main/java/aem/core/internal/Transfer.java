package aem.core.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A process on its way from one worker to another, in bounded steps between the cycles of both. It belongs to one of them
 * at a time; the hand-over goes through the lane.
 *
 * <p><b>What it has.</b> The old worker takes off what waits, in order, then the sockets out of its poller, then the jobs
 * out of its scheduler; the new one builds it up in the reverse order. Meanwhile the process runs no handler, and what
 * happens to its events is remembered in them ({@code deferredReady}). A socket is never closed by it.
 *
 * <p><b>What it is sent.</b> Errands of other threads go to the worker that is the process's <i>address</i>. All reading of
 * the address with the posting that follows, and its change, are under one monitor. With the change a marker goes into
 * both of the old worker's lanes: what stands before it came to the old address, what follows is not for this process.
 * The old worker keeps such errands, in order; the new one keeps those that come to it directly, and carries out first the
 * former, then the latter. So errands of one thread never overtake each other.
 */
final class Transfer {
    /** What is moved in a step; 2 system calls each at most. */
    private static final int MOVES = 64;
    /** Slots looked at in a step. */
    private static final int SLOTS = 1024;

    private enum Step {
        TAKE_PENDING,
        LEAVE_POLLER,
        LEAVE_SCHEDULER,
        CHANGE_ADDRESS,
        AWAIT_MARKERS,
        ENTER_SCHEDULER,
        ENTER_POLLER,
        GIVE_PENDING,
        MAKE_UP,
        DONE
    }

    final CoreProcess process;
    final Worker from;
    final Worker to;

    private Step step = Step.TAKE_PENDING;
    private int cursor;
    private int markersDue = 2;
    private final List<Event> events = new ArrayList<>();
    private final List<Handle> handles = new ArrayList<>();
    /** Those with waiting activations, in the order in which they would be handled. */
    private final ArrayDeque<Event> pending = new ArrayDeque<>();

    private final ArrayDeque<Errand> toOldAddress = new ArrayDeque<>();
    private final ArrayDeque<Errand> toNewAddress = new ArrayDeque<>();

    Transfer(CoreProcess process, Worker from, Worker to) {
        this.process = process;
        this.from = from;
        this.to = to;
    }

    /** Keeps an errand until the process has arrived. */
    void hold(Worker on, Errand errand) {
        (on == from ? toOldAddress : toNewAddress).add(errand);
    }

    /** Its event has so many waiting activations, which stand on no list of the scheduler any more. */
    void takePending(Event event) {
        pending.add(event);
    }

    /** The waiting activations that only this object knows of. */
    long countPending() {
        long count = 0;
        for (Event event : pending) {
            count += event.deferredActivations();
        }
        return count;
    }

    /** One step, between two cycles of the worker that has this; true if it has no more to do with it. */
    boolean advance(Worker on) {
        return switch (step) {
            case TAKE_PENDING -> takePending(on);
            case LEAVE_POLLER -> leavePoller(on);
            case LEAVE_SCHEDULER -> leaveScheduler(on);
            case CHANGE_ADDRESS -> changeAddress(on);
            case AWAIT_MARKERS -> handOver();
            case ENTER_SCHEDULER -> enterScheduler();
            case ENTER_POLLER -> enterPoller();
            case GIVE_PENDING -> givePending(on);
            case MAKE_UP -> makeUp(on);
            case DONE -> true;
        };
    }

    private boolean next(Step following) {
        step = following;
        cursor = 0;
        return following == Step.DONE;
    }

    // ---- on the old worker ----------------------------------------------------------------------------------------

    private boolean takePending(Worker on) {
        for (int i = 0; i < MOVES; i++) {
            int slot = on.scheduler.firstPending(process.slot());
            if (slot < 0) {
                return next(Step.LEAVE_POLLER);
            }
            ((Event) on.job(slot)).takePendingFor(this);
        }
        return false;
    }

    private boolean leavePoller(Worker on) {
        int last = Math.min(cursor + SLOTS, on.handleCapacity());
        for (int moves = 0; cursor < last && moves < MOVES; cursor++) {
            Handle handle = on.handle(cursor);
            if (handle != null && handle.process == process) {
                handle.depart(to);
                handles.add(handle);
                moves++;
            }
        }
        return cursor >= on.handleCapacity() && next(Step.LEAVE_SCHEDULER);
    }

    private boolean leaveScheduler(Worker on) {
        int last = Math.min(cursor + SLOTS, on.jobCapacity());
        for (int moves = 0; cursor < last && moves < MOVES; cursor++) {
            if (on.job(cursor) instanceof Event event && event.process == process) {
                event.depart(this);
                events.add(event);
                moves++;
            }
        }
        if (cursor >= on.jobCapacity()) {
            process.depart(to);
            return next(Step.CHANGE_ADDRESS);
        }
        return false;
    }

    private boolean changeAddress(Worker on) {
        return process.changeAddress(on, to, marker(), marker()) && next(Step.AWAIT_MARKERS);
    }

    private Obligation marker() {
        return new Obligation() {
            @Override
            void run(Worker on) {
                markersDue--;
            }
        };
    }

    private boolean handOver() {
        if (markersDue > 0) {
            return false;
        }
        step = Step.ENTER_SCHEDULER;
        cursor = 0;
        from.departed(this);
        to.atSafePoint(new Obligation() {
            @Override
            void run(Worker on) {
                on.arriving(Transfer.this);
            }
        });
        return true;
    }

    // ---- on the new worker ----------------------------------------------------------------------------------------

    private boolean enterScheduler() {
        if (cursor == 0) {
            process.arrive();
        }
        int last = Math.min(cursor + MOVES, events.size());
        while (cursor < last) {
            events.get(cursor++).arrive();
        }
        return cursor == events.size() && next(Step.ENTER_POLLER);
    }

    private boolean enterPoller() {
        int last = Math.min(cursor + MOVES, handles.size());
        while (cursor < last) {
            handles.get(cursor++).arrive();
        }
        return cursor == handles.size() && next(Step.GIVE_PENDING);
    }

    /** In one step, however many: a handler that ran in between would be ahead of the rest. Some 20 ns for each event. */
    private boolean givePending(Worker on) {
        for (Event event = pending.poll(); event != null; event = pending.poll()) {
            event.givePending();
        }
        process.settle(on);
        toOldAddress.forEach(on::carryOut);
        toNewAddress.forEach(on::carryOut);
        return next(Step.MAKE_UP);
    }

    private boolean makeUp(Worker on) {
        int last = Math.min(cursor + MOVES, events.size());
        while (cursor < last) {
            events.get(cursor++).makeUp();
        }
        if (cursor < events.size()) {
            return false;
        }
        process.arrived(on);
        return next(Step.DONE);
    }
}
