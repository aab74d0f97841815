package aem.core.internal;

import aem.api.EventClass;
import aem.api.dto.LedgerDTO;
import aem.api.io.IoHandle;
import aem.api.io.IoProvider;
import aem.api.io.Poller;
import aem.api.job.JobKind;
import aem.api.job.Scheduler;
import aem.api.job.SchedulerContext;
import aem.api.job.SchedulerProvider;
import aem.api.memory.Allocator;
import aem.api.memory.AllocatorContext;
import aem.api.memory.Block;
import aem.api.memory.MemoryProvider;
import aem.api.part.PartState;
import aem.api.spi.EventSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * What a worker knows: its tables, lanes, parts and counters. It is apart from the thread that runs it ({@link
 * WorkerThread}). Everything here is used by that thread alone, except the lanes and what is volatile.
 *
 * <p><b>Sleeping.</b> The worker publishes {@link #sleeping}, fences, and looks into its lanes again before it blocks in
 * the poller; a sender first adds to a lane (a full fence, by its atomic exchange) and then looks at {@code sleeping}.
 * One of the two sees the other (Dekker), so no wake-up is lost, and a sender pays for one only when the worker sleeps.
 */
final class Worker implements SchedulerContext, AllocatorContext, Poller.Sink {
    private static final VarHandle SLEEPING;
    private static final VarHandle BEAT;

    static {
        try {
            SLEEPING = MethodHandles.lookup().findVarHandle(Worker.class, "sleeping", int.class);
            BEAT = MethodHandles.lookup().findVarHandle(Worker.class, "beat", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int AWAKE = 0;
    private static final int POLLING = 1;
    private static final int PARKED = 2;

    private static final int SUBMISSIONS = 4096;
    /** Obligations go first, but however many there are submissions get on. */
    private static final int OBLIGATIONS_TO_A_SUBMISSION = 8;

    private static final int HEAP_COPY_BYTES = 64 << 10;

    final Core core;
    final int index;

    // the parts; exchanged by this worker at its safe point
    Scheduler scheduler;
    Allocator allocator;
    private IoProvider io;
    /** Volatile for {@link #wakeUp}. */
    private volatile Poller poller;

    // tables, by slot
    private final Slots jobSlots = new Slots();
    private JobBody[] jobs = new JobBody[64];
    private final Slots handleSlots = new Slots();
    private Handle[] handles = new Handle[64];
    private int[] generations = new int[64];
    private final Slots processSlots = new Slots();
    private CoreProcess[] processes = new CoreProcess[16];
    private Pool[] pools = new Pool[16];
    private KindSlot[] kinds = new KindSlot[8];

    // lanes
    private final ObligationLane control = new ObligationLane();
    private final ObligationLane obligations = new ObligationLane();
    private final SubmissionLane submissions = new SubmissionLane(SUBMISSIONS);
    private volatile int sleeping = AWAKE;

    // who runs it
    final Ownership ownership = new Ownership();
    private volatile WorkerThread thread;
    private volatile boolean stopped;
    /** Grows with each cycle, for the watchdog. */
    @SuppressWarnings("unused") // by VarHandle
    private long beat;

    /** Handlers that go on without the worker. */
    private volatile int detached;

    /** Processes on their way from here, or to here. */
    private final List<Transfer> transfers = new ArrayList<>();

    // what was asked of absent parts
    private final List<Runnable> pendingFrees = new ArrayList<>();
    private final List<PendingClose> pendingCloses = new ArrayList<>();
    private boolean pollerStale;
    private PartState schedulerState;
    private PartState memoryState;
    private long keptPending;

    /** The event whose handler runs. */
    Event current;

    /** The event whose handler's time ends with the next reading of the clock. */
    private Event timed;

    private long timedFromNs;
    /** For a report about a handler that has ended its own event; forgotten with the cycle. */
    private Event lastRun;

    private long lastNs = System.nanoTime();
    private final MemorySegment heapCopy = Arena.ofAuto().allocate(HEAP_COPY_BYTES);

    // the ledger's counters: written by this worker only, read by it at a cut
    long offered;
    long refused;
    long activated;
    long handled;
    long failed;
    long cancelled;
    long shed;
    long polls;
    long staleReadiness;
    long arrivedProcesses;
    long departedProcesses;
    /** Waiting activations of processes that have departed, less those of processes that have come. */
    private long movedAway;

    private volatile long refusedSubmissions;

    private record PendingClose(Handle handle, boolean reset) {}

    Worker(Core core, int index) {
        this.core = core;
        this.index = index;
    }

    /** The worker that the calling thread runs, or ran before its handler was detached; or null. Such a thread never waits. */
    static Worker current() {
        return Thread.currentThread() instanceof WorkerThread t ? t.worker : null;
    }

    // ---- ownership ------------------------------------------------------------------------------------------------

    /** What {@link #enter} says: the caller does not run this worker. */
    static final int FOREIGN = 0;

    private static final int INSIDE = 1;
    private static final int FROM_HANDLER = 2;

    /**
     * Asks to touch this worker's state: {@link #FOREIGN} if the calling thread does not run it, or does so no more;
     * otherwise {@link #leave} must follow, with what was returned. May be nested.
     */
    int enter() {
        if (!(Thread.currentThread() instanceof WorkerThread t) || t.worker != this) {
            return FOREIGN;
        }
        if (t.ownsRuntime()) {
            return INSIDE;
        }
        return t.toRuntime() ? FROM_HANDLER : FOREIGN;
    }

    static void leave(int how) {
        if (how == FROM_HANDLER) {
            ((WorkerThread) Thread.currentThread()).toHandler();
        }
    }

    /** The event whose handler the caller is, if it is one of this worker's. */
    Event currentEvent() {
        int how = enter();
        if (how == FOREIGN) {
            return null;
        }
        Event event = current;
        leave(how);
        return event;
    }

    /** Starts the worker's first thread, or the one that takes it over from a thread whose handler blocks it. */
    void start(long turn, WorkerThread blocked) {
        WorkerThread next = new WorkerThread(this, turn, blocked);
        thread = next;
        next.start();
    }

    /** The first thing that a thread does which took over. */
    void takenOver(Thread blocked) {
        Event event = current;
        current = null;
        timed = null;
        detached++;
        event.process.detached(blocked, event);
        if (scheduler != null && event.slot() >= 0) {
            scheduler.detached(event.slot());
        }
    }

    /** A detached handler has returned, and what follows a handler is done. */
    void detachedReturned() {
        detached--;
        makeUp();
    }

    int detachedCount() {
        return detached;
    }

    long beat() {
        return (long) BEAT.getOpaque(this);
    }

    boolean isSleeping() {
        return sleeping != AWAKE;
    }

    boolean isStopped() {
        return stopped;
    }

    /** Ends the worker after the current cycle. */
    void stop() {
        atSafePoint(new Obligation() {
            @Override
            void run(Worker on) {
                stopped = true;
            }
        });
    }

    /** For reports by other threads: what runs at present, as far as can be seen. */
    String running() {
        Event event = current;
        return event == null ? "no handler" : "the handler of " + event.label();
    }

    WorkerThread thread() {
        return thread;
    }

    // ---- lanes ----------------------------------------------------------------------------------------------------

    /** Has the worker do something; never refused. Any thread. What is for a process goes by {@link CoreProcess#post}. */
    void post(Obligation obligation) {
        enqueue(obligation);
        wakeUp();
    }

    /** The first half of {@link #post}; {@link #wakeUp} must follow. */
    void enqueue(Obligation obligation) {
        obligations.add(obligation);
    }

    /** As {@link #post}, at once if this is the worker's own thread. */
    void execute(Obligation obligation) {
        int how = enter();
        if (how == FOREIGN) {
            post(obligation);
            return;
        }
        try {
            obligation.run(this);
        } finally {
            leave(how);
        }
    }

    /** A user's work; false if the lane is full. Any thread; {@link #wakeUp} must follow. */
    boolean offer(Obligation submission) {
        if (!submissions.offer(submission)) {
            synchronized (submissions) {
                refusedSubmissions++;
            }
            return false;
        }
        return true;
    }

    /** Has the worker do something between two duty cycles: the safe point for any exchange. Any thread. */
    void atSafePoint(Obligation exchange) {
        control.add(exchange);
        wakeUp();
    }

    void wakeUp() {
        int how = (int) SLEEPING.getVolatile(this);
        if (how != AWAKE && SLEEPING.compareAndSet(this, how, AWAKE)) {
            Poller p = poller;
            if (how == PARKED) {
                LockSupport.unpark(thread);
            } else if (p != null) {
                p.wakeup();
            }
        }
    }

    /**
     * Between two duty cycles. Slots given back are free again: nothing on the stack means the old ones.
     *
     * @return whether something was exchanged
     */
    boolean safePoint() {
        lastRun = null;
        BEAT.setOpaque(this, beat + 1);
        jobSlots.recycle();
        handleSlots.recycle();
        processSlots.recycle();
        boolean exchanged = false;
        for (Obligation o = control.poll(); o != null; o = control.poll()) {
            carryOut(o);
            exchanged = true;
        }
        if (!transfers.isEmpty() && scheduler != null) {
            transfers.removeIf(this::advance);
        }
        return exchanged;
    }

    /** After the last cycle: what is still open is reset, and the poller goes. */
    void end() {
        Poller last = poller;
        poller = null;
        try {
            if (io != null) {
                forEachHandle(handle -> io.close(handle, true));
            }
            if (last != null) {
                last.close();
            }
        } catch (Throwable t) {
            core.reports.add("end of worker " + index, t);
        }
    }

    private boolean advance(Transfer transfer) {
        try {
            return transfer.advance(this);
        } catch (Throwable t) {
            core.reports.add("moving of " + transfer.process, t);
            return false; // what could not be done is tried again in the next cycle
        }
    }

    void carryOut(Obligation obligation) {
        try {
            obligation.run(this);
        } catch (Throwable t) {
            core.reports.add("worker " + index, t);
        }
    }

    /** One cycle while no scheduler is there: obligations wait for it, exchanges do not. */
    void cycleWithoutScheduler() {
        sleep(-1);
    }

    private int sleep(long timeoutNs) {
        Poller p = scheduler == null ? null : poller;
        sleeping = p == null ? PARKED : POLLING;
        VarHandle.fullFence();
        boolean work = !control.isEmpty()
                || scheduler != null && (!obligations.isEmpty() || !submissions.isEmpty() || !transfers.isEmpty());
        int ready = 0;
        if (work) {
            ready = p == null ? 0 : p.poll(0, this);
        } else if (p != null) {
            ready = p.poll(timeoutNs, this);
        } else if (timeoutNs < 0) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, timeoutNs);
        }
        sleeping = AWAKE;
        polls++;
        return ready;
    }

    // ---- SchedulerContext -----------------------------------------------------------------------------------------

    @Override
    public int worker() {
        return index;
    }

    /** The scheduler reads the clock right before a handler and right after it: that is its time, without further calls. */
    @Override
    public long nowNs() {
        long now = System.nanoTime();
        if (timed != null) {
            timed.process.handlerNs += now - timedFromNs;
            timed = null;
        }
        lastNs = now;
        return now;
    }

    long lastNs() {
        return lastNs;
    }

    @Override
    public int poll() {
        Poller p = poller;
        if (p == null) {
            return 0;
        }
        polls++;
        return p.poll(0, this);
    }

    @Override
    public int idle(long timeoutNs) {
        return sleep(timeoutNs);
    }

    @Override
    public int drainInbox(int limit) {
        int done = 0;
        while (done < limit) {
            Obligation next = next(done % OBLIGATIONS_TO_A_SUBMISSION == 0);
            if (next == null) {
                break;
            }
            carryOut(next);
            done++;
        }
        return done;
    }

    private Obligation next(boolean submissionFirst) {
        Obligation next = submissionFirst ? submissions.poll() : obligations.poll();
        return next != null ? next : submissionFirst ? obligations.poll() : submissions.poll();
    }

    @Override
    public void runJob(int job, int ready) {
        JobBody body = jobs[job];
        if (body != null) {
            body.runJob(ready);
        }
    }

    @Override
    public void runHandler(int job) {
        JobBody body = jobs[job];
        if (body instanceof Event event) {
            long fromNs = lastNs;
            event.runHandler();
            timedFromNs = fromNs;
            timed = event;
            lastRun = event;
        }
    }

    @Override
    public void overrun(int job, long tookNs, long boundNs) {
        JobBody body = jobs[job];
        String who = body != null ? body.label() : lastRun != null ? lastRun.label() : "job " + job;
        core.reports.add(who + " ran longer than " + boundNs / 1_000_000 + " ms");
        core.recording.overrun(who, tookNs, boundNs);
    }

    @Override
    public int memoryPercent() {
        return allocator == null ? 0 : core.memoryPercent(allocator);
    }

    /** The poller's key is slot and generation, so readiness of a handle that is gone meets nobody. */
    @Override
    public void ready(long key, int ready) {
        int slot = (int) key;
        Handle handle = slot < handles.length ? handles[slot] : null;
        if (handle == null || !handle.hasGeneration((int) (key >>> 32))) {
            staleReadiness++;
            return;
        }
        handle.ready(ready);
    }

    // ---- tables ---------------------------------------------------------------------------------------------------

    /** A job of the core's own. */
    int addJob(JobBody body, CoreProcess process) {
        return addJob(body, process, JobKind.PERIODIC, 1, EventClass.NEVER);
    }

    int addJob(JobBody body, CoreProcess process, JobKind kind, int priority, EventClass eventClass) {
        int slot = jobSlots.take();
        if (slot >= jobs.length) {
            jobs = Arrays.copyOf(jobs, Math.max(slot + 1, jobs.length * 2));
        }
        jobs[slot] = body;
        scheduler.addJob(slot, process.slot(), kind, priority, eventClass);
        return slot;
    }

    /** The scheduler has removed the job before. */
    void removeJob(int slot) {
        jobs[slot] = null;
        jobSlots.retire(slot);
    }

    int addHandle(Handle handle) {
        int slot = handleSlots.take();
        if (slot >= handles.length) {
            handles = Arrays.copyOf(handles, Math.max(slot + 1, handles.length * 2));
            generations = Arrays.copyOf(generations, handles.length);
        }
        handles[slot] = handle;
        return slot;
    }

    int generation(int slot) {
        return generations[slot];
    }

    void removeHandle(int slot) {
        handles[slot] = null;
        generations[slot]++;
        handleSlots.retire(slot);
    }

    int addProcess(CoreProcess process) {
        int slot = processSlots.take();
        if (slot >= processes.length) {
            processes = Arrays.copyOf(processes, Math.max(slot + 1, processes.length * 2));
            pools = Arrays.copyOf(pools, processes.length);
        }
        processes[slot] = process;
        scheduler.addProcess(slot);
        return slot;
    }

    /** The slot is still its pool's. */
    void removeProcess(int slot) {
        scheduler.removeProcess(slot);
        processes[slot] = null;
    }

    void pool(int slot, Pool pool) {
        pools[slot] = pool;
    }

    /** The pool in a slot, also of a process that has left, or null. */
    Pool pool(int slot) {
        return slot < pools.length ? pools[slot] : null;
    }

    /** Its pool is closed. */
    void retireProcess(int slot) {
        pools[slot] = null;
        processSlots.retire(slot);
    }

    // ---- processes that move --------------------------------------------------------------------------------------

    /** Sends a process that lives here to where it is wanted. Between two cycles, not while one of them is advanced. */
    void moveWanted(CoreProcess process) {
        if (!process.isAt(this) || process.transfer() != null) {
            return; // this is called again when it has arrived
        }
        Worker to = process.takeWanted();
        if (to == null || to == this) {
            return;
        }
        var transfer = new Transfer(process, this, to);
        if (scheduler != null && process.begin(transfer)) {
            transfers.add(transfer);
        } else {
            core.reports.add(process + " can't move to worker " + to.index
                    + " just now: it ends, a handler of it has blocked its worker, or no scheduler is there");
        }
    }

    /** Hands over to another worker: not this one's any more. */
    void departed(Transfer transfer) {
        departedProcesses++;
        movedAway += transfer.countPending();
    }

    void arriving(Transfer transfer) {
        arrivedProcesses++;
        movedAway -= transfer.countPending();
        transfers.add(transfer);
    }

    JobBody job(int slot) {
        return jobs[slot];
    }

    int jobCapacity() {
        return jobs.length;
    }

    Handle handle(int slot) {
        return handles[slot];
    }

    int handleCapacity() {
        return handles.length;
    }

    /** What the processes here have taken since the last time. Between two cycles. */
    Balancer.Sample sample() {
        long busyNs = 0;
        List<Balancer.Usage> usages = new ArrayList<>();
        for (CoreProcess process : processes) {
            if (process != null) {
                long tookNs = process.takeSampleNs();
                busyNs += tookNs;
                usages.add(new Balancer.Usage(process, tookNs));
            }
        }
        return new Balancer.Sample(this, busyNs, usages);
    }

    KindSlot kindSlot(Kind kind) {
        if (kind.index >= kinds.length) {
            kinds = Arrays.copyOf(kinds, Math.max(kind.index + 1, kinds.length * 2));
        }
        if (kinds[kind.index] == null) {
            kinds[kind.index] = new KindSlot();
            kinds[kind.index].source = kind.source();
        }
        return kinds[kind.index];
    }

    // ---- ledger ---------------------------------------------------------------------------------------------------

    /** Counts what was offered; false if it is refused because the event has ended. */
    boolean countActivated(int count, boolean ended) {
        offered += count;
        if (ended) {
            refused += count;
            return false;
        }
        activated += count;
        return true;
    }

    void countCancelled(int count) {
        cancelled += count;
    }

    /** Adds this worker's account. At a cut: between two of its cycles. */
    void addTo(LedgerDTO ledger) {
        ledger.offered += offered;
        ledger.refused += refused;
        ledger.activated += activated;
        ledger.handled += handled;
        ledger.failed += failed;
        ledger.cancelled += cancelled;
        ledger.shed += shed;
        ledger.pending += countPending();
        ledger.running += detached;
        ledger.inTransfer += movedAway;
    }

    long countPending() {
        long pending = scheduler == null ? keptPending : scheduler.countPending();
        for (KindSlot kind : kinds) {
            if (kind != null) {
                pending += kind.countDeferred();
            }
        }
        for (Transfer transfer : transfers) {
            pending += transfer.countPending();
        }
        return pending;
    }

    long refusedSubmissions() {
        return refusedSubmissions;
    }

    // ---- parts ----------------------------------------------------------------------------------------------------

    IoProvider io() {
        return io;
    }

    Poller poller() {
        return poller;
    }

    /** Exchanges the I/O provider. At the safe point. */
    void exchangeIo(IoProvider newIo, Poller newPoller) {
        Poller old = poller;
        poller = newPoller;
        io = newIo;
        pollerStale = true;
        if (old != null) {
            old.close();
        }
        afterExchange();
    }

    /** Makes up for what could not be done while a part was away. At the safe point, after any exchange. */
    void afterExchange() {
        if (scheduler == null) {
            return;
        }
        if (poller != null && pollerStale) {
            pollerStale = false;
            pendingCloses.forEach(close -> io.close(close.handle, close.reset));
            core.pendingCloses.addAndGet(-pendingCloses.size());
            pendingCloses.clear();
            forEachHandle(Handle::pollerExchanged);
        }
        for (CoreProcess process : processes) {
            if (process != null && allocator != null) {
                process.memoryReturned();
            }
        }
        makeUp();
        forEachHandle(Handle::rearm);
    }

    private void makeUp() {
        for (KindSlot kind : kinds) {
            if (kind != null && kind.source != null) {
                kind.makeUp();
            }
        }
    }

    private void forEachHandle(Consumer<Handle> action) {
        for (Handle handle : handles.clone()) {
            if (handle != null && handle.isOpen()) {
                action.accept(handle);
            }
        }
    }

    void openScheduler(SchedulerProvider provider) {
        scheduler = provider.open(this, schedulerState);
        schedulerState = null;
        keptPending = 0;
        afterExchange();
    }

    void suspendScheduler() {
        if (scheduler != null) {
            keptPending = scheduler.countPending();
            schedulerState = scheduler.suspend();
            scheduler = null;
        }
    }

    void openAllocator(MemoryProvider provider) {
        boolean fresh = memoryState == null;
        allocator = provider.open(this, memoryState);
        memoryState = null;
        allocatorOpened(fresh);
    }

    void suspendAllocator() {
        if (allocator != null) {
            memoryState = allocator.suspend();
            allocator = null;
        }
    }

    void exchangeSource(Kind kind, EventSource source) {
        kindSlot(kind).source = source;
        afterExchange();
    }

    void close(IoHandle handle, boolean reset) {
        if (io != null) {
            io.close(handle, reset);
        } else if (handle instanceof Handle own) {
            core.pendingCloses.incrementAndGet();
            pendingCloses.add(new PendingClose(own, reset));
        }
    }

    /** Opens the pools that a fresh allocator does not know, and returns what was freed while there was none. */
    private void allocatorOpened(boolean fresh) {
        List<Runnable> frees = List.copyOf(pendingFrees);
        pendingFrees.clear();
        frees.forEach(Runnable::run);
        for (CoreProcess process : processes) {
            if (process != null) {
                process.allocatorOpened(fresh);
            }
        }
        afterExchange();
    }

    void freeLater(Pool pool, long block) {
        pendingFrees.add(() -> pool.free(block));
    }

    void closePoolLater(int pool) {
        pendingFrees.add(() -> allocator.closePool(pool));
    }

    MemorySegment region(long block) {
        return allocator.region(Block.region(block));
    }

    @Override
    public MemorySegment mapRegion(long bytes) {
        return core.mapRegion(bytes);
    }

    /** Writes from the Java heap, by way of this worker's native buffer: what the socket takes of the first piece. */
    int writeHeap(IoHandle handle, MemorySegment source, long offset, int length) {
        int total = 0;
        while (total < length) {
            int count = Math.min(HEAP_COPY_BYTES, length - total);
            MemorySegment.copy(source, offset + total, heapCopy, 0, count);
            int written = io.write(handle, heapCopy, 0, count);
            if (written < 0) {
                return total == 0 ? written : total;
            }
            total += written;
            if (written < count) {
                break;
            }
        }
        return total;
    }

    int count(Object[] table) {
        int count = 0;
        for (Object entry : table) {
            if (entry != null) {
                count++;
            }
        }
        return count;
    }

    int processCount() {
        return count(processes);
    }

    int handleCount() {
        return count(handles);
    }

    int eventCount() {
        int count = 0;
        for (JobBody body : jobs) {
            if (body instanceof Event) {
                count++;
            }
        }
        return count;
    }
}
