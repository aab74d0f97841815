package aem.core.internal;

import aem.api.AemProcess;
import aem.api.Control;
import aem.api.ControlRefusedException;
import aem.api.EventClass;
import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.EventState;
import aem.api.Priority;
import aem.api.job.JobKind;
import aem.api.job.JobState;
import aem.api.memory.Block;
import aem.api.memory.EventData;
import aem.api.socket.Connection;
import aem.api.spi.Endpoint;
import aem.api.spi.EventSource;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.SourceEvent;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An event: what the application holds as its descriptor and the source sees as {@link SourceEvent}. It belongs to the
 * core and refers to its source through {@link KindSlot} only.
 *
 * <p>Fields are the home worker's own, unless they are volatile.
 */
final class Event extends Node implements EventDescriptor, SourceEvent, JobBody {
    private static final VarHandle ENDED;
    private static final VarHandle WAKES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ENDED = lookup.findVarHandle(Event.class, "ended", boolean.class);
            WAKES = lookup.findVarHandle(Event.class, "wakes", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final long id;
    final CoreProcess process;
    /** Where it lives; on other threads only a hint. */
    Worker worker;

    final Handle handle;
    final int interest;
    private final Kind kind;
    private final Object handler;
    private final String operation;
    private final int op;
    private final JobSpec job;
    private final long[] words;
    /** In debug mode another one for each loan. */
    private LentData data;

    private final long registeredNs = System.nanoTime();

    private volatile int priority = Priority.NORMAL.value();
    private volatile EventClass eventClass;
    private volatile Set<EventFlag> flags;
    private volatile boolean suspended;
    private volatile boolean running;
    private volatile boolean attached;

    /** Written once, by whoever ends the event. */
    @SuppressWarnings("unused") // by VarHandle
    private volatile boolean ended;

    private int slot = -1;
    private KindSlot kindSlot;
    private boolean oneshot;
    private boolean oneshotFired;
    private boolean endRequested;
    /** Activations on the scheduler's list; mirrors {@code scheduler.pending(slot)} without the call. */
    private int waiting;
    /** What happened while the event could not be served. */
    private int deferredReady;

    private int deferredWaiting;
    /** On the way to another worker: when its job expires next, if at all, and how often. */
    private long dueNs;

    private long periodNs;
    private boolean ageing;
    private long activatedCount;
    private long handledCount;
    private long failedCount;
    private long shedCount;
    private int acceptResult;

    /** 1 while {@link #wakeNode} stands in the lane. */
    @SuppressWarnings("unused") // by VarHandle
    private volatile int wakes;

    private final Errand wakeNode;

    Event(long id, Kind kind, CoreProcess process, EventSpec spec) {
        this.id = id;
        this.kind = kind;
        this.process = process;
        this.worker = process.address();
        this.handler = spec.handler();
        this.operation = spec.operation();
        this.op = spec.op();
        this.eventClass = spec.eventClass();
        this.job = spec.job();
        this.words = spec.words() == 0 ? null : new long[spec.words()];
        this.flags = flagSet(spec.flags());
        this.oneshot = flags.contains(EventFlag.ONESHOT);
        if (job instanceof JobSpec.Reactive reactive) {
            handle = (Handle) reactive.endpoint();
            interest = reactive.interest();
        } else {
            handle = null;
            interest = 0;
        }
        this.data = handle instanceof CoreConnection ? new LentData(this, false) : null;
        this.wakeNode = new Errand(process) {
            @Override
            void carryOut(Worker on) {
                WAKES.setVolatile(Event.this, 0);
                signal(aem.api.spi.Readiness.WOKEN);
            }
        };
    }

    private static Set<EventFlag> flagSet(EventFlag[] flags) {
        Set<EventFlag> set = EnumSet.noneOf(EventFlag.class);
        Collections.addAll(set, flags);
        return Collections.unmodifiableSet(set);
    }

    // ---- the home worker's side -----------------------------------------------------------------------------------

    /** Takes the event over: gives it a slot and arms it. Idempotent. */
    void attach() {
        if (attached || isEnded()) {
            return;
        }
        attached = true;
        process.attach();
        worker = process.address();
        takeSlot();
        if (job instanceof JobSpec.Periodic p) {
            long passedNs = System.nanoTime() - registeredNs;
            worker.scheduler.schedule(
                    slot, p.delay().toNanos() - passedNs, p.period().toNanos(), p.missed());
        } else if (handle != null) {
            handle.attach();
            handle.bind(this);
            if (!handle.isOpen()) {
                finishIfIdle();
            }
        }
    }

    private void takeSlot() {
        kindSlot = worker.kindSlot(kind);
        slot = worker.addJob(
                this,
                process,
                job instanceof JobSpec.Periodic ? JobKind.PERIODIC : JobKind.REACTIVE,
                priority,
                eventClass);
    }

    // ---- moving to another worker, see Transfer -------------------------------------------------------------------

    /** What waits is on no list of the scheduler from now on. */
    void takePendingFor(Transfer transfer) {
        takePending(transfer, worker.scheduler.takePending(slot));
    }

    private void takePending(Transfer transfer, int count) {
        deferredWaiting += count;
        waiting = 0;
        kindSlot.forget(this);
        transfer.takePending(this);
    }

    void depart(Transfer transfer) {
        if (kindSlot.forget(this) && deferredWaiting > 0) {
            transfer.takePending(this);
        }
        if (job instanceof JobSpec.Periodic) {
            deferredReady += worker.scheduler.takeExpiries(slot);
            long ageNs = worker.scheduler.ageNs(slot);
            ageing = ageNs != Long.MAX_VALUE;
            dueNs = process.core.clock.getAsLong() + (ageing ? ageNs : 0);
            periodNs = worker.scheduler.periodNs(slot);
        }
        worker.scheduler.removeJob(slot);
        worker.removeJob(slot);
        slot = -1;
        worker = transfer.to;
    }

    void arrive() {
        takeSlot();
        if (job instanceof JobSpec.Periodic p && ageing) {
            worker.scheduler.schedule(slot, dueNs - process.core.clock.getAsLong(), periodNs, p.missed());
        }
        if (suspended) {
            worker.scheduler.suspend(slot);
        }
    }

    void givePending() {
        if (deferredWaiting == 0) {
            return;
        }
        if (kindSlot.source == null || suspended) {
            kindSlot.defer(this);
        } else {
            giveBack();
        }
    }

    private void giveBack() {
        int count = deferredWaiting;
        deferredWaiting = 0;
        waiting += count;
        worker.scheduler.giveBack(slot, count);
    }

    // ---- activation and handling ----------------------------------------------------------------------------------

    /** Releases everything the event has on its worker; the event has ended before. */
    void detach() {
        if (slot >= 0) {
            int dropped = worker.scheduler.removeJob(slot) + deferredWaiting;
            worker.countCancelled(dropped);
            worker.removeJob(slot);
            kindSlot.forget(this);
            slot = -1;
        }
        waiting = 0;
        deferredWaiting = 0;
        if (handle != null) {
            handle.unclaim(interest);
            if (attached) {
                handle.unbind(this);
            }
        }
        if (data != null && data.isLent() && !running) {
            process.free(data.takeBack());
        }
    }

    /** Something has happened: runs the job, or remembers it. */
    void signal(int ready) {
        if (slot < 0 || isEnded()) {
            return;
        }
        if (suspended || kindSlot.source == null) {
            deferredReady |= ready;
            kindSlot.defer(this);
        } else if (!oneshotFired) {
            worker.scheduler.wake(slot, ready);
        }
    }

    /** Whether a readable handle may run this event's job now. */
    boolean takesReadiness() {
        return waiting == 0 && !running && !suspended && !oneshotFired && kindSlot.source != null;
    }

    @Override
    public void runJob(int ready) {
        EventSource source = kindSlot.source;
        if (source == null || suspended || process.isMoving()) {
            deferredReady = job instanceof JobSpec.Periodic ? deferredReady + ready : deferredReady | ready;
            if (!process.isMoving()) {
                kindSlot.defer(this);
            }
            return;
        }
        int count;
        try {
            count = source.job(this, ready);
        } catch (Throwable t) {
            worker.core.reports.add("job of " + label(), t);
            return;
        }
        if (count > 0) {
            activate(count);
        }
    }

    private void activate(int count) {
        int times = oneshot ? 1 : count;
        if (oneshotFired || !worker.countActivated(times, isEnded())) {
            return;
        }
        activatedCount += times;
        if (!worker.scheduler.activate(slot, times)) {
            shed(times);
            return;
        }
        waiting += times;
        if (oneshot) {
            oneshotFired = true;
            if (job instanceof JobSpec.Periodic) {
                worker.scheduler.unschedule(slot);
            }
        }
    }

    private void shed(int times) {
        shedCount += times;
        worker.shed += times;
        process.countShed(eventClass, times);
        worker.core.recording.shed(this, times);
        try {
            kindSlot.source.shed(this);
        } catch (Throwable t) {
            worker.core.reports.add("shedding of " + label(), t);
        }
    }

    @Override
    public void runHandler() {
        if (isEnded()) {
            waiting--; // cancelled by another thread; the worker has yet to detach the event
            worker.countCancelled(1);
            return;
        }
        EventSource source = kindSlot.source;
        if (process.isMoving()) {
            takePending(process.transfer(), worker.scheduler.takePending(slot) + 1);
            return;
        }
        if (source == null || suspended || !process.canRun()) {
            deferredWaiting += worker.scheduler.takePending(slot) + 1;
            waiting = 0;
            kindSlot.defer(this);
            return;
        }
        waiting--;
        worker.current = this;
        running = true;
        WorkerThread thread = (WorkerThread) Thread.currentThread();
        Recording.HandlerRun recorded = worker.core.recording.handlerBegins();
        thread.beginHandler();
        Throwable thrown = null;
        try {
            source.handle(this);
        } catch (Throwable t) {
            thrown = t;
        }
        if (recorded != null) {
            process.core.recording.handlerEnds(recorded, this, thrown);
        }
        if (!thread.toRuntime()) {
            throw detachedEnd(source, thrown);
        }
        worker.current = null;
        thread.cleanUp();
        handlerEnded(source, thrown);
    }

    private void handlerEnded(EventSource source, Throwable thrown) {
        if (thrown == null || thrown == DetachedException.INSTANCE) {
            handledCount++;
            process.handled++;
            worker.handled++;
        } else {
            failedCount++;
            process.failed++;
            worker.failed++;
            worker.core.reports.add("handler of " + label(), thrown);
            failed(source, thrown);
        }
        running = false;
        if (data != null && data.isLent()) {
            process.free(data.takeBack());
        }
        if (!isEnded()) {
            afterHandler();
        }
    }

    /** On the thread that no longer runs the worker: leaves the rest to the one that does. */
    private DetachedException detachedEnd(EventSource source, Throwable thrown) {
        if (data != null) {
            data.endViews();
        }
        process.post(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                process.reattached();
                handlerEnded(source, thrown);
                process.endIfClosed();
                on.detachedReturned();
            }
        });
        return DetachedException.INSTANCE;
    }

    private void failed(EventSource source, Throwable thrown) {
        try {
            source.failed(this, thrown);
        } catch (Throwable t) {
            worker.core.reports.add("failure of " + label(), t);
        }
    }

    private void afterHandler() {
        if (endRequested || waiting == 0 && deferredWaiting == 0 && isOver()) {
            finish();
        }
        if (handle != null) {
            handle.afterHandler(this);
        }
    }

    private boolean isOver() {
        return oneshotFired
                || job instanceof JobSpec.Periodic && worker.scheduler.state(slot) == JobState.IDLE && !suspended;
    }

    long deferredActivations() {
        return deferredWaiting;
    }

    /** Serves what was deferred, if it can be served now. */
    void makeUp() {
        kindSlot.forget(this);
        if (slot < 0) {
            return;
        }
        // one that another thread has cancelled is counted as waiting until it is detached
        if (isEnded() || suspended || kindSlot.source == null || !process.canRun()) {
            if (deferredReady != 0 || deferredWaiting > 0) {
                kindSlot.defer(this);
            }
            return;
        }
        if (deferredWaiting > 0) {
            giveBack();
        }
        if (deferredReady != 0) {
            int ready = deferredReady;
            deferredReady = 0;
            runJob(ready);
        }
        if (handle != null) {
            handle.rearm();
            if (!handle.isOpen()) {
                finishIfIdle();
            }
        }
    }

    /** Ends an event of a closed handle, unless it still has something to tell. */
    void finishIfIdle() {
        if (waiting == 0 && deferredWaiting == 0 && deferredReady == 0 && !running) {
            finish();
        }
    }

    /** Ends this event alone; its children go to its parent. */
    void finish() {
        if (markEnded()) {
            synchronized (process.root()) {
                unlinkLeavingChildren();
            }
            detach();
            process.ended(this);
        }
    }

    /** True for the one caller that ends the event. */
    boolean markEnded() {
        return ENDED.compareAndSet(this, false, true);
    }

    boolean isEnded() {
        return (boolean) ENDED.getVolatile(this);
    }

    /** The bytes of the block that its handler has. */
    long lentBytes() {
        return data != null && data.isLent() ? Block.size(data.block) : 0;
    }

    boolean isRunning() {
        return running;
    }

    int slot() {
        return slot;
    }

    long registeredNs() {
        return registeredNs;
    }

    Kind kindEntry() {
        return kind;
    }

    long activatedCount() {
        return activatedCount;
    }

    long handledCount() {
        return handledCount;
    }

    long failedCount() {
        return failedCount;
    }

    long shedCount() {
        return shedCount;
    }

    int waitingCount() {
        return waiting + deferredWaiting;
    }

    boolean isPeriodic() {
        return job instanceof JobSpec.Periodic;
    }

    @Override
    public String label() {
        return "event " + id + " (" + kind.name + " " + operation + ", process " + process.name() + ")";
    }

    // ---- SourceEvent ----------------------------------------------------------------------------------------------

    @Override
    public EventDescriptor descriptor() {
        return this;
    }

    @Override
    public Object handler() {
        return handler;
    }

    @Override
    public int op() {
        return op;
    }

    @Override
    public Endpoint endpoint() {
        return handle;
    }

    @Override
    public Connection connection() {
        return handle instanceof CoreConnection c ? c : null;
    }

    @Override
    public long word(int index) {
        return words[index];
    }

    @Override
    public void word(int index, long value) {
        words[index] = value;
    }

    @Override
    public long nowNs() {
        return worker.lastNs();
    }

    @Override
    public int receive() {
        int how = process.enterAsSource();
        try {
            if (data.isLent()) {
                process.free(data.takeBack());
            }
            boolean traced = worker.core.config().memoryDebug();
            if (traced || data.isTraced()) {
                data = new LentData(this, traced);
            }
            return ((CoreConnection) handle).receive(data);
        } finally {
            Worker.leave(how);
        }
    }

    @Override
    public int receive(MemorySegment destination) {
        if (destination == null || destination.byteSize() == 0 || destination.isReadOnly()) {
            throw new IllegalArgumentException(
                    "the destination of " + label() + " must be writable, of at least 1 byte: " + destination);
        }
        int how = process.enterAsSource();
        try {
            return ((CoreConnection) handle).receive(destination);
        } finally {
            Worker.leave(how);
        }
    }

    @Override
    public EventData data() {
        return data;
    }

    @Override
    public Connection accept() {
        int how = process.enterAsSource();
        try {
            CoreListener listener = (CoreListener) handle;
            CoreConnection connection = listener.accept(this);
            acceptResult = listener.acceptResult();
            return connection;
        } finally {
            Worker.leave(how);
        }
    }

    @Override
    public int reject() {
        int how = process.enterAsSource();
        try {
            return ((CoreListener) handle).reject();
        } finally {
            Worker.leave(how);
        }
    }

    @Override
    public int acceptResult() {
        return acceptResult;
    }

    @Override
    public int finishConnect() {
        int how = process.enterAsSource();
        try {
            return ((CoreConnection) handle).finishConnect();
        } finally {
            Worker.leave(how);
        }
    }

    @Override
    public void wake() {
        if (WAKES.compareAndSet(this, 0, 1)) {
            process.post(wakeNode);
        }
    }

    @Override
    public void again() {
        if (job instanceof JobSpec.Periodic) {
            throw new IllegalStateException(label() + " has expired: that can't be taken back");
        }
        oneshotFired = false;
    }

    @Override
    public void end() {
        endRequested = true;
        if (!running) {
            finish();
        }
    }

    // ---- EventDescriptor ------------------------------------------------------------------------------------------

    @Override
    public long id() {
        return id;
    }

    @Override
    public String kind() {
        return kind.name;
    }

    @Override
    public String operation() {
        return operation;
    }

    @Override
    public AemProcess process() {
        return process;
    }

    @Override
    public EventState state() {
        if (isEnded()) {
            return EventState.ENDED;
        }
        if (running) {
            return EventState.RUNNING;
        }
        if (suspended || !kind.isServing()) {
            return EventState.SUSPENDED;
        }
        if (!attached) {
            return EventState.REGISTERED;
        }
        return waiting > 0 ? EventState.PENDING : EventState.ARMED;
    }

    @Override
    public int priority() {
        return priority;
    }

    @Override
    public EventClass eventClass() {
        return eventClass;
    }

    @Override
    public Set<EventFlag> flags() {
        return flags;
    }

    @Override
    public Optional<EventDescriptor> parent() {
        synchronized (process.root()) {
            Node above = above();
            while (above instanceof Handle) {
                above = above.above();
            }
            return above instanceof Event e ? Optional.of(e) : Optional.empty();
        }
    }

    @Override
    public List<EventDescriptor> children() {
        return process.eventsBelow(this);
    }

    @Override
    public void control(Control control) {
        String why = isEnded() ? "the event has ended" : refusal(control);
        if (why != null) {
            throw new ControlRefusedException(this, control, why);
        }
        switch (control) {
            case Control.SetPriority c -> priority = c.priority();
            case Control.SetClass c -> eventClass = c.eventClass();
            case Control.SetFlag c -> flags = with(c.flag(), c.on());
            default -> {
                // no property of the descriptor
            }
        }
        process.execute(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                apply(control);
            }
        });
    }

    private Set<EventFlag> with(EventFlag flag, boolean on) {
        Set<EventFlag> changed = EnumSet.noneOf(EventFlag.class);
        changed.addAll(flags);
        if (on) {
            changed.add(flag);
        } else {
            changed.remove(flag);
        }
        return Collections.unmodifiableSet(changed);
    }

    private String refusal(Control control) {
        return switch (control) {
            case Control.SetClass c
            when c.eventClass() != EventClass.NEVER && handle instanceof CoreConnection ->
                "events of connections are always NEVER";
            case Control.SetFlag c
            when c.flag() != EventFlag.ONESHOT -> "this runtime does not offer the flag " + c.flag();
            case Control.SetPeriod c when !isPeriodic() -> "the event has no timer";
            case Control.Custom c -> {
                EventSource source = kind.source();
                yield source == null ? "no source serves its kind at present" : source.control(this, c);
            }
            default -> null;
        };
    }

    private void apply(Control control) {
        attach();
        if (isEnded()) {
            return;
        }
        switch (control) {
            case Control.SetPriority c -> worker.scheduler.priority(slot, c.priority());
            case Control.SetFlag c -> oneshot = c.on();
            case Control.SetPeriod c -> worker.scheduler.period(slot, c.period().toNanos());
            case Control.Suspend c -> suspend();
            case Control.Resume c -> resume();
            case Control.SetClass c -> worker.scheduler.eventClass(slot, c.eventClass());
            case Control.Custom c -> {
                // carried out by the source when it accepted it
            }
        }
    }

    private void suspend() {
        if (!suspended) {
            suspended = true;
            worker.scheduler.suspend(slot);
            if (handle != null) {
                handle.updateInterest();
            }
        }
    }

    private void resume() {
        if (suspended) {
            suspended = false;
            worker.scheduler.resume(slot);
            makeUp();
        }
    }

    boolean isSuspended() {
        return suspended;
    }

    @Override
    public boolean cancel() {
        return process.cancel(this);
    }

    @Override
    public String toString() {
        return label();
    }
}
