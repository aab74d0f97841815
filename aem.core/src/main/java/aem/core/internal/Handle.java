package aem.core.internal;

import aem.api.io.IoError;
import aem.api.io.IoHandle;
import aem.api.io.Poller;
import aem.api.job.Missed;
import aem.api.socket.CloseReason;
import aem.api.spi.Endpoint;
import aem.api.spi.Readiness;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A socket that the core owns: file descriptor or channel, place in the poller, and the events bound to it. Fields are
 * the home worker's own, unless they are volatile.
 *
 * <p><b>Readiness</b> is level-triggered. The interest in input is dropped ({@link #disarm}) when readiness can't be
 * used: the activation still waits, its event or kind is suspended, a limit is met, the listener pauses. It is taken up
 * again ({@link #rearm}) where that changes. So a handle that nobody can serve costs no polls.
 */
abstract class Handle extends Node implements IoHandle, Endpoint, JobBody {
    private static final Event[] NONE = {};
    private static final int EXCLUSIVE = Readiness.READ | Readiness.ROOM | Readiness.CONNECT;

    final long id;
    final CoreProcess process;
    /** Where it lives; on other threads only a hint. */
    Worker worker;

    private volatile int fd = -1;
    private volatile Object channel;
    private volatile boolean open = true;
    private volatile CloseReason closeReason;
    private volatile IoError error;
    private volatile Event[] bound = NONE;

    /** The interests that only one event may have, and that one has. */
    private final AtomicInteger claims = new AtomicInteger();

    private boolean attached;
    private int slot = -1;
    private int generation;
    /** What the poller watches for; -1 = it does not know the handle. */
    private int watched = -1;

    private boolean disarmed;
    private boolean paused;
    private boolean lingering;
    private int timerSlot = -1;
    /** On the way to another worker: when the timer expires, if it runs. */
    private long timerDueNs;

    private boolean timed;

    Handle(long id, CoreProcess process) {
        this.id = id;
        this.process = process;
        this.worker = process.address();
    }

    // ---- life -----------------------------------------------------------------------------------------------------

    /** Gives the handle its place on the home worker. Idempotent. */
    final void attach() {
        if (attached || !open) {
            return;
        }
        attached = true;
        process.attach();
        worker = process.address();
        takeSlot();
        updateInterest();
    }

    private void takeSlot() {
        slot = worker.addHandle(this);
        generation = worker.generation(slot);
    }

    /** Leaves its worker, for another one: see {@link Transfer}. The socket stays as it is. */
    final void depart(Worker to) {
        if (watched >= 0 && worker.poller() != null) {
            worker.poller().remove(this);
        }
        watched = -1;
        if (timerSlot >= 0) {
            long ageNs = worker.scheduler.ageNs(timerSlot);
            timed = ageNs != Long.MAX_VALUE;
            timerDueNs = process.core.clock.getAsLong() + (timed ? ageNs : 0);
            cancelTimer();
        }
        worker.removeHandle(slot);
        slot = -1;
        worker = to;
    }

    final void arrive() {
        takeSlot();
        if (timed) {
            timed = false;
            startTimer(timerDueNs - process.core.clock.getAsLong());
        }
        updateInterest();
        rearm();
        readAgain();
    }

    /** The I/O provider was exchanged: the new poller does not know the handle. */
    final void pollerExchanged() {
        watched = -1;
        updateInterest();
    }

    /** Gives up the place in poller and tables and closes the socket. On the home worker, once. */
    final void release(CloseReason reason, boolean reset) {
        if (!open) {
            return;
        }
        open = false;
        if (closeReason == null) {
            closeReason = reason;
        }
        if (watched >= 0 && worker.poller() != null) {
            worker.poller().remove(this);
        }
        watched = -1;
        worker.close(this, reset);
        cancelTimer();
        if (slot >= 0) {
            worker.removeHandle(slot);
            slot = -1;
        }
        synchronized (process.root()) {
            unlinkLeavingChildren();
        }
        process.closed(this);
    }

    // ---- events ---------------------------------------------------------------------------------------------------

    /**
     * Claims the interests that only one event of a handle may have.
     *
     * @return false if another event has one of them
     */
    final boolean claim(int interest) {
        int wanted = interest & EXCLUSIVE;
        return wanted == 0 || (claims.getAndUpdate(has -> (has & wanted) == 0 ? has | wanted : has) & wanted) == 0;
    }

    final void unclaim(int interest) {
        claims.getAndUpdate(has -> has & ~(interest & EXCLUSIVE));
    }

    final void bind(Event event) {
        Event[] more = Arrays.copyOf(bound, bound.length + 1);
        more[bound.length] = event;
        bound = more;
        bound(event);
        updateInterest();
    }

    final void unbind(Event event) {
        Event[] old = bound;
        for (int i = 0; i < old.length; i++) {
            if (old[i] == event) {
                Event[] less = new Event[old.length - 1];
                System.arraycopy(old, 0, less, 0, i);
                System.arraycopy(old, i + 1, less, i, less.length - i);
                bound = less;
                break;
            }
        }
        updateInterest();
    }

    final Event[] bound() {
        return bound;
    }

    @Override
    public final boolean hasEvents() {
        return bound.length > 0;
    }

    final boolean hasEvent(int interest) {
        for (Event event : bound) {
            if ((event.interest & interest) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Ends all events but those with this interest. */
    final void endEvents(int but) {
        for (Event event : bound) {
            if ((event.interest & but) == 0) {
                event.finish();
            }
        }
    }

    /** Signals what is no level but happens once. */
    final void signal(int ready) {
        for (Event event : bound) {
            int wanted = event.interest & ready;
            if (wanted != 0) {
                event.signal(wanted);
            }
        }
    }

    /** The handle is readable, for as long as nobody reads. */
    final void signalReadable() {
        boolean taken = false;
        for (Event event : bound) {
            if ((event.interest & Readiness.READ) != 0 && !paused && mayRead() && event.takesReadiness()) {
                taken = true;
                event.signal(Readiness.READ);
            }
        }
        if (!taken) {
            disarm();
        }
    }

    final void disarm() {
        if (!disarmed) {
            disarmed = true;
            updateInterest();
        }
    }

    /** Looks whether a disarmed handle can be watched again. */
    final void rearm() {
        if (!disarmed || paused || !mayRead()) {
            return;
        }
        for (Event event : bound) {
            if ((event.interest & Readiness.READ) != 0 && event.takesReadiness()) {
                disarmed = false;
                break;
            }
        }
        if (!disarmed) {
            updateInterest();
            readAgain();
        }
    }

    /** Tells the poller what to watch for, if that has changed. */
    final void updateInterest() {
        if (slot < 0 || worker.poller() == null) {
            return;
        }
        int wanted = wantsPoller() ? interest(!disarmed) : -1;
        if (wanted == watched) {
            return;
        }
        int result = 0;
        if (wanted < 0) {
            worker.poller().remove(this);
        } else if (watched < 0) {
            result = worker.poller().add(this, wanted, key());
        } else {
            result = worker.poller().modify(this, wanted, key());
        }
        watched = wanted;
        if (result != 0) {
            watched = -1;
            pollerRefused(aem.api.io.IoResult.error(result));
        }
    }

    private long key() {
        return (long) generation << 32 | slot;
    }

    final boolean hasGeneration(int expected) {
        return generation == expected;
    }

    /** {@link Poller#IN} if {@code mayRead} and somebody wants to, {@link Poller#OUT} if there is a need. */
    abstract int interest(boolean mayRead);

    /** Whether the poller should know the handle at all. */
    abstract boolean wantsPoller();

    /** The poller reports readiness. */
    abstract void ready(int ready);

    /** An event was bound. */
    abstract void bound(Event event);

    /** Whether reading makes sense now: no limit is met. */
    abstract boolean mayRead();

    /** Goes on reading a handle that the poller no longer watches. */
    abstract void readAgain();

    /** The handler of one of its events has run. */
    abstract void afterHandler(Event event);

    /** The poller did not take the handle. */
    abstract void pollerRefused(IoError why);

    /** Ends the handle because its owner ended. */
    abstract void ownerEnded();

    // ---- the handle's own timer: pause, linger --------------------------------------------------------------------

    /** The timer is for {@link #timerExpired} from now on; a pause is over. */
    final void startLinger(long delayNs) {
        paused = false;
        lingering = true;
        startTimer(delayNs);
    }

    private void startTimer(long delayNs) {
        if (timerSlot < 0) {
            timerSlot = worker.addJob(this, process);
        }
        worker.scheduler.schedule(timerSlot, delayNs, 0, Missed.FIRE_ONCE);
    }

    private void cancelTimer() {
        if (timerSlot >= 0) {
            worker.scheduler.removeJob(timerSlot);
            worker.removeJob(timerSlot);
            timerSlot = -1;
        }
    }

    @Override
    public final void runJob(int ready) {
        if (lingering) {
            timerExpired();
        } else {
            paused = false;
            rearm();
        }
    }

    abstract void timerExpired();

    @Override
    public final void runHandler() {
        throw new AssertionError("a handle's timer has no handler");
    }

    @Override
    public final void pauseNs(long durationNs) {
        process.execute(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                if (open && !paused && !lingering) {
                    paused = true;
                    startTimer(durationNs);
                    disarm();
                }
            }
        });
    }

    // ---- queries --------------------------------------------------------------------------------------------------

    @Override
    public final boolean isOpen() {
        return open;
    }

    @Override
    public final CloseReason closeReason() {
        return closeReason;
    }

    final void closeReason(CloseReason reason) {
        if (closeReason == null) {
            closeReason = reason;
        }
    }

    @Override
    public final IoError error() {
        return error;
    }

    final void error(IoError what) {
        error = what;
    }

    @Override
    public final int fd() {
        return fd;
    }

    @Override
    public final void fd(int newFd) {
        fd = newFd;
    }

    @Override
    public final Object channel() {
        return channel;
    }

    @Override
    public final void channel(Object newChannel) {
        channel = newChannel;
    }
}
