package aem.core.internal;

import aem.api.AemProcess;
import aem.api.ChildExit;
import aem.api.EventClass;
import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.LimitExceededException;
import aem.api.ProcessLimits;
import aem.api.job.Missed;
import aem.api.memory.Block;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A process: the root of its tree of events and handles, and the account of what it uses. The counts are checked where
 * something is registered, on any thread; everything else is the home worker's own.
 */
final class CoreProcess implements AemProcess, JobBody {
    private static final class Root extends Node {}

    private static final long MEMORY_RETRY_NS = 10_000_000;

    final long id;
    /** Where it lives; on other threads only a hint. */
    Worker worker;

    final Core core;
    private final String name;
    private final String owner;
    private final ProcessLimits limits;
    private final CoreProcess parent;
    private final boolean keepExit;

    private final Root root = new Root();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch closeDone = new CountDownLatch(1);
    /** Guarded by itself. */
    private final Set<Retention> kept = new HashSet<>();

    /** Guarded by {@link #root}. */
    private final List<CoreProcess> children = new ArrayList<>();

    /** Guarded by {@link #root}. */
    private final ArrayDeque<ChildExit> exits = new ArrayDeque<>();

    /** Where errands go. Guarded by {@link #mailLock}; volatile for a look. */
    private volatile Worker address;

    private final Object mailLock = new Object();
    /** The worker whose thread may touch what belongs to the process; null while it moves. */
    private volatile Worker settledAt;

    private volatile Transfer transfer;
    private boolean moving;
    /** Where it should go next. */
    private final AtomicReference<Worker> wanted = new AtomicReference<>();

    private int slot = -1;
    private int retrySlot = -1;
    private Pool pool;
    /** Of workers that it has left, with blocks that have not come back yet. */
    private final List<Pool> leftPools = new ArrayList<>();

    private boolean ending;
    /** Runs a handler of this process that was detached from the worker; or null. */
    private Thread detachedThread;

    private Event detachedEvent;

    private final ArrayList<CoreConnection> awaitingMemory = new ArrayList<>();
    long handled;
    long failed;
    long shedRejectable;
    long shedLastResort;
    long rejected;
    long handlerNs;
    private long sampledNs;
    /** When the balancer moved it last; the balancer's own. */
    long balancedNs;

    CoreProcess(
            Core core,
            long id,
            String name,
            String owner,
            ProcessLimits limits,
            Worker worker,
            CoreProcess parent,
            boolean keepExit) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a process needs a name: '" + name + "'");
        }
        this.core = core;
        this.id = id;
        this.name = name;
        this.owner = owner;
        this.limits = limits;
        this.worker = worker;
        address = worker;
        settledAt = worker;
        this.parent = parent;
        this.keepExit = keepExit;
    }

    // ---- where it lives -------------------------------------------------------------------------------------------

    /** The worker that errands go to; any thread. */
    Worker address() {
        return address;
    }

    boolean isAt(Worker there) {
        return settledAt == there;
    }

    /** {@link Worker#enter} of the worker that it lives on. */
    int enter() {
        Worker at = settledAt;
        return at == null ? Worker.FOREIGN : at.enter();
    }

    /** As {@link #enter}, for what only a source's code in a handler calls. */
    int enterAsSource() {
        int how = enter();
        if (how == Worker.FOREIGN) {
            throw DetachedException.INSTANCE;
        }
        return how;
    }

    /** The event whose handler the caller is, if it lives on the same worker. */
    Event currentEvent() {
        Worker at = settledAt;
        return at == null ? null : at.currentEvent();
    }

    /** Has something done where it lives; never refused. Any thread. */
    void post(Errand errand) {
        Worker to;
        synchronized (mailLock) {
            to = address;
            to.enqueue(errand);
        }
        to.wakeUp();
    }

    /** As {@link #post}, at once if this is the thread of the worker that it lives on. */
    void execute(Errand errand) {
        int how = enter();
        if (how == Worker.FOREIGN) {
            post(errand);
            return;
        }
        try {
            errand.run(settledAt);
        } finally {
            Worker.leave(how);
        }
    }

    /** As {@link #post}; false if the worker's lane is full. */
    boolean submit(Errand errand) {
        Worker to;
        boolean submitted;
        synchronized (mailLock) {
            to = address;
            submitted = to.offer(errand);
        }
        to.wakeUp();
        return submitted;
    }

    // ---- moving to another worker, see Transfer -------------------------------------------------------------------

    boolean isMoving() {
        return moving;
    }

    Transfer transfer() {
        return transfer;
    }

    void hold(Worker on, Errand errand) {
        Transfer under = transfer;
        if (under == null) {
            post(errand);
        } else {
            under.hold(on, errand);
        }
    }

    /** Between two cycles of its worker; false if it can't move just now. */
    boolean begin(Transfer next) {
        if (slot < 0 || ending || detachedThread != null) {
            return false;
        }
        transfer = next;
        moving = true;
        settledAt = null;
        return true;
    }

    /** Everything else has left. */
    void depart(Worker to) {
        if (retrySlot >= 0) {
            worker.scheduler.removeJob(retrySlot);
            worker.removeJob(retrySlot);
            retrySlot = -1;
        }
        worker.removeProcess(slot);
        if (pool.blocks() > 0) {
            leftPools.add(pool);
        }
        pool.leave();
        slot = -1;
        worker = to;
    }

    /** False if there is no room for the marker now. */
    boolean changeAddress(Worker from, Worker to, Obligation marker, Obligation submittedMarker) {
        synchronized (mailLock) {
            if (!from.offer(submittedMarker)) {
                return false;
            }
            from.enqueue(marker);
            address = to;
            return true;
        }
    }

    void arrive() {
        slot = worker.addProcess(this);
        pool = new Pool(this, worker, slot, quotaBytes());
    }

    void settle(Worker at) {
        moving = false;
        settledAt = at;
        memoryReturned();
    }

    void arrived(Worker at) {
        transfer = null;
        if (wanted.get() != null) {
            at.core.move(this, wanted.get());
        }
    }

    void want(Worker there) {
        wanted.set(there);
    }

    Worker takeWanted() {
        return wanted.getAndSet(null);
    }

    /** The time that its handlers have taken since the last call. */
    long takeSampleNs() {
        long tookNs = handlerNs - sampledNs;
        sampledNs = handlerNs;
        return tookNs;
    }

    private long quotaBytes() {
        long leftBytes = leftPools.stream().mapToLong(Pool::leftBytes).sum();
        return Math.max(0, limits.memoryBytes() - leftBytes);
    }

    /** The last block that it had left behind has come back. */
    void ended(Pool left) {
        leftPools.remove(left);
        if (slot >= 0) {
            pool.quota(quotaBytes());
            memoryReturned();
        }
    }

    // ---- the home worker's side -----------------------------------------------------------------------------------

    /** Gives the process its place on its worker. Idempotent. */
    void attach() {
        if (slot < 0 && !ending) {
            slot = worker.addProcess(this);
            pool = new Pool(this, worker, slot, limits.memoryBytes());
        }
    }

    int slot() {
        return slot;
    }

    boolean isBlocked() {
        return detachedThread != null;
    }

    void countShed(EventClass eventClass, int count) {
        if (eventClass == EventClass.REJECTABLE) {
            shedRejectable += count;
        } else {
            shedLastResort += count;
        }
    }

    boolean canRun() {
        return !closed.get() && detachedThread == null && !moving;
    }

    /** A handler goes on without the worker. Until it has returned no other of this process runs. */
    void detached(Thread thread, Event event) {
        detachedThread = thread;
        detachedEvent = event;
    }

    /** It has returned, and what follows a handler comes next. */
    void reattached() {
        detachedThread = null;
        detachedEvent = null;
    }

    /** The rest of an end that had to wait for such a handler. */
    void endIfClosed() {
        if (ending) {
            endRetentions(); // also what the handler has retained since
            finishEnding();
            closeDone.countDown();
        }
    }

    /** A new allocator serves; a fresh one does not know the pool. */
    void allocatorOpened(boolean fresh) {
        pool.allocatorOpened(fresh);
    }

    /** The account that its blocks come from at present. */
    Pool pool() {
        return pool;
    }

    /** A block of the process's pool, or {@link Block#NONE}. */
    long allocate(int bytes) {
        return pool == null ? Block.NONE : pool.allocate(bytes);
    }

    void free(long block) {
        if (block != Block.NONE) {
            freeAt(pool, block);
        }
    }

    /** Returns a block that it may have got before it moved. */
    void free(Pool from, long block) {
        if (from == pool) {
            freeAt(from, block);
        } else {
            from.worker.post(new Obligation() {
                @Override
                void run(Worker on) {
                    freeAt(from, block);
                }
            });
        }
    }

    /** On the thread of the pool's worker. */
    void freeAt(Pool from, long block) {
        from.free(block);
        if (isAt(from.worker) && !awaitingMemory.isEmpty()) {
            memoryReturned();
        }
    }

    /** Reading stopped because there was no memory: it goes on when a block returns. */
    void awaitMemory(CoreConnection connection) {
        core.reports.add("process " + name + " can't get memory (limit " + limits.memoryBytes()
                + " bytes, or the runtime's cap): reading waits");
        awaitingMemory.add(connection);
        if (retrySlot < 0) {
            retrySlot = worker.addJob(this, this);
        }
        worker.scheduler.schedule(retrySlot, MEMORY_RETRY_NS, 0, Missed.FIRE_ONCE);
    }

    /** Tries again without a block of this process having returned: memory may have become free elsewhere. */
    @Override
    public void runJob(int ready) {
        memoryReturned();
    }

    /** Has the waiting connections read again. Without a scheduler they wait on, see {@link Worker#afterExchange}. */
    void memoryReturned() {
        if (worker.scheduler == null) {
            return;
        }
        List<CoreConnection> waiters = List.copyOf(awaitingMemory);
        awaitingMemory.clear();
        waiters.forEach(CoreConnection::memoryReturned);
    }

    @Override
    public void runHandler() {
        throw new AssertionError("the retry of a process has no handler");
    }

    @Override
    public String label() {
        return toString();
    }

    // ---- accounts -------------------------------------------------------------------------------------------------

    void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("process " + name + " (" + id + ") is closed");
        }
    }

    /** Counts a new event in, or throws. */
    void admitEvent() {
        checkOpen();
        int count = events.incrementAndGet();
        if (count > limits.events()) {
            unadmitEvent();
            throw new LimitExceededException("events of process " + name, count, limits.events());
        }
    }

    /** Counts a new connection or listener in; false if there are as many as there may be. */
    boolean admit() {
        if (connections.incrementAndGet() > limits.connections()) {
            unadmitConnection();
            return false;
        }
        return true;
    }

    void admitConnection() {
        checkOpen();
        if (!admit()) {
            throw new LimitExceededException(
                    "connections of process " + name, connections.get() + 1L, limits.connections());
        }
    }

    void unadmitConnection() {
        connections.decrementAndGet();
        lookWhetherEnded();
    }

    void unadmitEvent() {
        events.decrementAndGet();
        lookWhetherEnded();
    }

    /** The count that the end waits for was higher for a moment. */
    private void lookWhetherEnded() {
        if (closed.get()) {
            post(new Errand(this) {
                @Override
                void carryOut(Worker on) {
                    finishEnding();
                }
            });
        }
    }

    int eventCount() {
        return events.get();
    }

    int connectionCount() {
        return connections.get();
    }

    CoreConnection newConnection() {
        return new CoreConnection(core.nextHandleId(), this, core.config().unsentLimitBytes());
    }

    /** Puts a new handle into the tree, under the event that made it or under the process. */
    void opened(Handle handle, Event under) {
        core.handles.put(handle.id, handle);
        link(handle, under);
        if (closed.get()) {
            post(new Errand(this) {
                @Override
                void carryOut(Worker on) {
                    handle.ownerEnded();
                }
            });
        }
    }

    private void link(Node node, Event under) {
        synchronized (root) {
            if (!(node instanceof Event event && event.isEnded())) {
                node.linkUnder(under == null || under.isEnded() ? root : under);
            }
        }
    }

    /** A handle has closed. */
    void closed(Handle handle) {
        core.handles.remove(handle.id);
        connections.decrementAndGet();
        finishEnding();
    }

    /** A new event, under the event whose handler runs, if that is one of this process. */
    void registered(Event event) {
        Event current = currentEvent();
        link(event, current != null && current.process == this ? current : null);
        if (closed.get()) {
            cancel(event);
        }
    }

    /** An event has ended. */
    void ended(Event event) {
        core.events.remove(event);
        event.kindEntry().removed();
        events.decrementAndGet();
        finishEnding();
    }

    void kept(Retention retention) {
        synchronized (kept) {
            kept.add(retention);
        }
    }

    void forget(Retention retention) {
        synchronized (kept) {
            kept.remove(retention);
        }
    }

    /** The bytes of the block that a handler has. Between two handlers: one that goes on without the worker. */
    long lentBytes() {
        return detachedEvent == null ? 0 : detachedEvent.lentBytes();
    }

    /** The bytes of the blocks of a pool that its application has retained. */
    long retainedBytes(Pool from) {
        synchronized (kept) {
            return kept.stream()
                    .filter(retention -> retention.pool == from)
                    .mapToLong(retention -> Block.size(retention.block))
                    .sum();
        }
    }

    /** Whether its blocks wait for a handler that still runs: nobody may have them before it is out. */
    boolean isQuarantined() {
        return ending && detachedThread != null;
    }

    // ---- tree -----------------------------------------------------------------------------------------------------

    /** The monitor of the tree, and its root. */
    Node root() {
        return root;
    }

    /** Ends an event with everything below it. True for the one caller that ends it. */
    boolean cancel(Event event) {
        List<Event> ended = new ArrayList<>();
        List<Handle> handles = new ArrayList<>();
        synchronized (root) {
            if (!event.markEnded()) {
                return false;
            }
            ended.add(event);
            collect(event, ended, handles);
            event.unlink();
        }
        execute(new Errand(this) {
            @Override
            void carryOut(Worker on) {
                release(ended, handles);
            }
        });
        return true;
    }

    private static void collect(Node node, List<Event> ended, List<Handle> handles) {
        for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
            if (child instanceof Event event && event.markEnded()) {
                ended.add(event);
            } else if (child instanceof Handle handle) {
                handles.add(handle);
            }
            collect(child, ended, handles);
        }
    }

    private void release(List<Event> ended, List<Handle> handles) {
        for (Event event : ended) {
            event.detach();
            ended(event);
        }
        handles.forEach(Handle::ownerEnded);
    }

    List<EventDescriptor> eventsBelow(Node node) {
        List<EventDescriptor> list = new ArrayList<>();
        synchronized (root) {
            addEvents(node, list);
        }
        return list;
    }

    private static void addEvents(Node node, List<EventDescriptor> list) {
        for (Node child = node.firstChild(); child != null; child = child.nextSibling()) {
            if (child instanceof Event event) {
                list.add(event);
            } else {
                addEvents(child, list);
            }
        }
    }

    // ---- end ------------------------------------------------------------------------------------------------------

    @Override
    public void close() {
        close(ChildExit.Reason.NORMAL);
    }

    void close(ChildExit.Reason reason) {
        if (closed.compareAndSet(false, true)) {
            children().forEach(AemProcess::close);
            post(new Errand(this) {
                @Override
                void carryOut(Worker on) {
                    end(reason);
                }
            });
        }
        if (Worker.current() == null) {
            awaitClosed();
        }
    }

    private void awaitClosed() {
        long timeoutMs = core.isStopping()
                ? Core.SHUTDOWN_MS
                : core.config().closeTimeout().toMillis();
        try {
            if (!closeDone.await(timeoutMs, TimeUnit.MILLISECONDS)) {
                core.reports.add("process " + name + " did not end within " + timeoutMs + " ms; its worker "
                        + address.index + " runs " + address.running());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** On the home worker, between two handlers. */
    private void end(ChildExit.Reason reason) {
        ending = true;
        List<Event> ended = new ArrayList<>();
        List<Handle> handles = new ArrayList<>();
        synchronized (root) {
            collect(root, ended, handles);
        }
        endRetentions();
        if (isQuarantined()) {
            reportQuarantine();
        }
        release(ended, handles);
        core.processes.remove(id);
        if (parent != null) {
            parent.childEnded(this, reason);
        }
        finishEnding();
        if (detachedThread == null) {
            closeDone.countDown();
        } else {
            detachedThread.interrupt();
        }
    }

    /** What is retained is stale now and goes back, unless a handler still runs that may be reading it: then later. */
    private void endRetentions() {
        List<Retention> held;
        synchronized (kept) {
            held = List.copyOf(kept);
            if (!isQuarantined()) {
                kept.clear();
            }
        }
        for (Retention retention : held) {
            retention.end(Retention.PROCESS_ENDED);
            if (!isQuarantined() && retention.state() == Retention.PROCESS_ENDED) {
                free(retention.pool, retention.block);
            }
        }
    }

    private void reportQuarantine() {
        core.reports.add(
                "process " + name + " has ended, but the handler of " + detachedEvent.label() + " still runs on "
                        + detachedThread.getName() + ": " + (lentBytes() + retainedBytes(pool))
                        + " bytes are QUARANTINED until it returns");
    }

    /**
     * The last handle gone, the pool returns and the slot is free; unsent bytes may take until the linger time. The last
     * event gone too: one that another thread cancelled is not in the tree any more, but its job still is the scheduler's.
     */
    private void finishEnding() {
        if (!ending || slot < 0 || connections.get() > 0 || events.get() > 0 || detachedThread != null) {
            return;
        }
        if (retrySlot >= 0) {
            worker.scheduler.removeJob(retrySlot);
            worker.removeJob(retrySlot);
            retrySlot = -1;
        }
        worker.removeProcess(slot);
        slot = -1;
        pool.close();
        for (Pool left : leftPools) {
            left.worker.post(new Obligation() {
                @Override
                void run(Worker on) {
                    left.close();
                }
            });
        }
    }

    private void childEnded(CoreProcess child, ChildExit.Reason reason) {
        synchronized (root) {
            children.remove(child);
            if (child.keepExit && !closed.get()) {
                exits.add(new ChildExit(child.id, child.name, reason, ""));
            }
        }
    }

    // ---- AemProcess -----------------------------------------------------------------------------------------------

    @Override
    public AemProcess spawn(String childName, ProcessLimits childLimits, EventFlag... flags) {
        checkOpen();
        for (EventFlag flag : flags) {
            if (flag != EventFlag.NOCLDWAIT) {
                throw new IllegalArgumentException("spawn takes the flag NOCLDWAIT only: " + flag);
            }
        }
        boolean keep = !Arrays.asList(flags).contains(EventFlag.NOCLDWAIT);
        CoreProcess child = core.createProcess(childName, owner, childLimits, address, this, keep);
        synchronized (root) {
            children.add(child);
        }
        if (closed.get()) {
            child.close();
            checkOpen();
        }
        return child;
    }

    @Override
    public Optional<ChildExit> waitChild() {
        synchronized (root) {
            return Optional.ofNullable(exits.poll());
        }
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String owner() {
        return owner;
    }

    @Override
    public Optional<AemProcess> parent() {
        return parent == null || !parent.isOpen() ? Optional.empty() : Optional.of(parent);
    }

    @Override
    public List<AemProcess> children() {
        synchronized (root) {
            return List.copyOf(children);
        }
    }

    @Override
    public ProcessLimits limits() {
        return limits;
    }

    @Override
    public List<EventDescriptor> events() {
        List<EventDescriptor> list = new ArrayList<>();
        for (Event event : core.events.list()) {
            if (event.process == this) {
                list.add(event);
            }
        }
        return list;
    }

    @Override
    public boolean isOpen() {
        return !closed.get();
    }

    @Override
    public String toString() {
        return "process " + id + " (" + name + ")";
    }
}
