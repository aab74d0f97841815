package aem.core.internal;

import aem.api.LimitExceededException;
import aem.api.ProcessLimits;
import aem.api.memory.Allocator;
import java.lang.foreign.MemorySegment;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The core: worker threads, and the tables of everything that survives the exchange of a part. */
final class Core {
    /** Of the 5 s in which the runtime ends: handlers and unsent bytes may take this. */
    static final long SHUTDOWN_MS = 3_000;

    final Reports reports;
    final EventTable events = new EventTable();
    final ConcurrentSkipListMap<Long, CoreProcess> processes = new ConcurrentSkipListMap<>();
    final ConcurrentSkipListMap<Long, Handle> handles = new ConcurrentSkipListMap<>();
    /** Sockets whose handles have ended while no I/O provider was there to close them. */
    final AtomicInteger pendingCloses = new AtomicInteger();

    /** Retained data that nobody holds any more, told by the garbage collector. */
    final ReferenceQueue<KeptData> lostData = new ReferenceQueue<>();

    final ControlThread control;
    final Recording recording;
    /** Of time that passes while a process is on its way. */
    final LongSupplier clock;

    /** By index; those beyond {@code aem.workers} have been in use once, and rest. */
    private volatile Worker[] workers;

    private final Balancer balancer;
    private final Watchdog watchdog;
    private final Parts parts;
    private final AtomicLong nextProcessId = new AtomicLong();
    private final AtomicLong nextHandleId = new AtomicLong();
    private final AtomicInteger nextHome = new AtomicInteger();
    private final AtomicLong mappedBytes = new AtomicLong();
    private volatile CoreConfig config;
    private volatile boolean stopping;

    Core(CoreConfig config, Reports reports) {
        this(config, reports, System::nanoTime);
    }

    Core(CoreConfig config, Reports reports, LongSupplier clock) {
        this.clock = clock;
        recording = Recording.open(reports);
        this.config = config;
        this.reports = reports;
        workers = grown(new Worker[0], config.workers());
        balancer = new Balancer(this);
        control = new ControlThread(reports);
        parts = new Parts(this);
        watchdog = new Watchdog(this);
    }

    void start() {
        control.start();
        for (Worker worker : workers) {
            worker.start(0, null);
        }
        watchdog.start();
    }

    CoreConfig config() {
        return config;
    }

    void config(CoreConfig changed) {
        boolean resized = changed.workers() != config.workers();
        config = changed;
        if (!resized) {
            return;
        }
        control.call(() -> resize(config.workers()), changed.ackTimeout().toMillis());
    }

    /** Starts further workers, or has those beyond the number give up their processes. Control thread. */
    private void resize(int count) {
        Worker[] before = workers;
        if (count > before.length) {
            Worker[] after = grown(before, count);
            for (Worker added : List.of(after).subList(before.length, count)) {
                added.start(0, null);
                parts.join(added);
            }
            workers = after;
        }
        balancer.resized();
    }

    private Worker[] grown(Worker[] before, int count) {
        Worker[] after = Arrays.copyOf(before, count);
        for (int i = before.length; i < count; i++) {
            after[i] = new Worker(this, i);
        }
        return after;
    }

    Balancer balancer() {
        return balancer;
    }

    /** Sends a process to a worker, as soon as its own one comes to its safe point; if it is on its way, after that. */
    void move(CoreProcess process, Worker to) {
        process.want(to); // before the look at the address: one of both workers sees it
        process.address().atSafePoint(new Obligation() {
            @Override
            void run(Worker on) {
                on.moveWanted(process);
            }
        });
    }

    Parts parts() {
        return parts;
    }

    Worker[] workers() {
        return workers;
    }

    /** Those that processes live on. When more are asked for, the new ones follow as soon as they serve. */
    Worker[] activeWorkers() {
        Worker[] all = workers;
        return Arrays.copyOf(all, Math.min(config.workers(), all.length));
    }

    /** From the moment when the framework stops: nothing is suspended any more. */
    boolean isStopping() {
        return stopping;
    }

    long nextHandleId() {
        return nextHandleId.incrementAndGet();
    }

    CoreProcess createProcess(
            String name, String owner, ProcessLimits limits, Worker home, CoreProcess parent, boolean keepExit) {
        if (stopping) {
            throw new IllegalStateException("the runtime is stopping");
        }
        if (processes.size() >= config.processes()) {
            throw new LimitExceededException("processes of the runtime", processes.size() + 1L, config.processes());
        }
        Worker[] homes = activeWorkers();
        Worker worker = home != null ? home : homes[Math.floorMod(nextHome.getAndIncrement(), homes.length)];
        CoreProcess process =
                new CoreProcess(this, nextProcessId.incrementAndGet(), name, owner, limits, worker, parent, keepExit);
        processes.put(process.id, process);
        process.post(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                process.attach();
            }
        });
        return process;
    }

    /** Closes the processes that a bundle has left behind. */
    void bundleStopped(String owner) {
        for (CoreProcess process : processes.values()) {
            if (process.owner().equals(owner)) {
                process.close();
            }
        }
    }

    /** Takes back the blocks that applications have lost. */
    void takeBackLost() {
        for (Object lost = lostData.poll(); lost != null; lost = lostData.poll()) {
            ((Retention) lost).lost();
        }
    }

    /** Memory of the whole runtime, null if the cap leaves no room. It is never unmapped: applications may hold views. */
    MemorySegment mapRegion(long bytes) {
        if (mappedBytes.addAndGet(bytes) > config.memoryCapBytes()) {
            mappedBytes.addAndGet(-bytes);
            return null;
        }
        MemorySegment region = Mapping.map(bytes);
        if (region == null) {
            mappedBytes.addAndGet(-bytes);
            reports.add("the system has no room for " + bytes + " bytes of memory more");
        }
        return region;
    }

    /** Of the regions that a worker has and those that it could still get. */
    int memoryPercent(Allocator allocator) {
        long left = Math.max(0, config.memoryCapBytes() - mappedBytes.get());
        return (int) (allocator.usedBytes() * 100 / Math.max(1, allocator.regionBytes() + left));
    }

    /**
     * Has every worker do something between two of its duty cycles, and waits for it.
     *
     * @return the workers that did not within the time; they will, as soon as they can
     */
    List<Worker> atSafePoints(Consumer<Worker> action, long timeoutMs) {
        Worker[] all = workers;
        CountDownLatch[] done = new CountDownLatch[all.length];
        for (int i = 0; i < all.length; i++) {
            CountDownLatch latch = new CountDownLatch(1);
            done[i] = latch;
            all[i].atSafePoint(new Obligation() {
                @Override
                void run(Worker on) {
                    try {
                        action.accept(on);
                    } finally {
                        latch.countDown();
                    }
                }
            });
        }
        List<Worker> late = new ArrayList<>();
        long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000;
        for (int i = 0; i < all.length; i++) {
            try {
                if (!done[i].await(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    late.add(all[i]);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                late.add(all[i]);
            }
        }
        return late;
    }

    /** An exchange on all workers. Control thread only. A worker that is late is named; it follows when it can. */
    void exchange(String what, Consumer<Worker> action) {
        long timeoutMs = config.ackTimeout().toMillis();
        recording.exchange(what, () -> {
            List<Worker> tooLate = atSafePoints(action, timeoutMs);
            for (Worker late : tooLate) {
                reports.add(what + ": worker " + late.index + " did not acknowledge within " + timeoutMs
                        + " ms; it runs " + late.running());
            }
            return tooLate.size();
        });
    }

    /** Ends all applications' processes and gives their connections time to send what they have. Once. */
    void closeAll() {
        stopping = true;
        long deadlineNs = System.nanoTime() + SHUTDOWN_MS * 1_000_000;
        List<CoreProcess> open = List.copyOf(processes.values());
        List<Thread> closers = open.stream()
                .map(process -> Thread.ofVirtual().start(process::close))
                .toList();
        try {
            for (Thread closer : closers) {
                closer.join(java.time.Duration.ofNanos(Math.max(1, deadlineNs - System.nanoTime())));
            }
            while (!handles.isEmpty() && System.nanoTime() < deadlineNs) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void stop() {
        if (!stopping) {
            closeAll();
        }
        watchdog.end();
        for (Worker worker : workers) {
            worker.stop();
        }
        control.end();
        try {
            watchdog.join(1_000);
            for (Worker worker : workers) {
                Thread thread = worker.thread();
                thread.join(1_000);
                if (thread.isAlive()) {
                    reports.add("worker " + worker.index + " does not end; it runs " + worker.running());
                    thread.interrupt();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        recording.close();
    }
}
