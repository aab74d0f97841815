package aem.core.internal;

import aem.api.SourceAbsentException;
import aem.api.dto.PartDTO;
import aem.api.io.IoProvider;
import aem.api.io.Poller;
import aem.api.job.SchedulerProvider;
import aem.api.memory.MemoryProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** The scheduler, the allocator and the I/O provider: which serves, and what the last one handed over. */
final class Parts {
    private final Core core;
    private final List<Part<?>> all = new CopyOnWriteArrayList<>();
    private final List<ServiceTracker<?, ?>> trackers = new ArrayList<>();
    private final Object ioChanged = new Object();
    private volatile IoProvider io;
    /** Sockets that are about to be opened, by any thread. */
    private final AtomicInteger opening = new AtomicInteger();

    Parts(Core core) {
        this.core = core;
    }

    void open(BundleContext context) {
        track(context, SchedulerProvider.class, new SchedulerPart(core, context));
        track(context, MemoryProvider.class, new MemoryPart(core, context));
        track(context, IoProvider.class, new IoPart(core, context));
    }

    private <P> void track(BundleContext context, Class<P> type, Part<P> part) {
        all.add(part);
        ServiceTracker<P, P> tracker = new ServiceTracker<>(context, type, part);
        trackers.add(tracker);
        tracker.open();
    }

    /** Has a new worker begin with the parts that serve. Control thread. */
    void join(Worker worker) {
        all.forEach(part -> part.join(worker));
    }

    void close() {
        trackers.forEach(ServiceTracker::close);
    }

    /** The I/O provider for threads that are no workers, or null. */
    IoProvider io() {
        return io;
    }

    /** The I/O provider; waits for one, but not on a worker. */
    IoProvider awaitIo() {
        IoProvider provider = io;
        if (provider != null) {
            return provider;
        }
        if (Worker.current() == null) {
            provider = awaitIo(core.config().absenceWait().toNanos());
        }
        if (provider == null) {
            String wanted = core.config().io();
            throw new SourceAbsentException(
                    "no I/O provider is running" + (wanted.isEmpty() ? "" : "; aem.io asks for " + wanted));
        }
        return provider;
    }

    /** As {@link #awaitIo}, to open a socket with it, which ends with {@link #opened}. */
    IoProvider awaitIoToOpen() {
        while (true) {
            IoProvider provider = awaitIo();
            opening.incrementAndGet();
            if (provider == io) {
                return provider;
            }
            opening.decrementAndGet(); // it went at that moment, and who comes may not have seen us
        }
    }

    /** The socket is among the handles, or could not be opened. */
    void opened() {
        opening.decrementAndGet();
    }

    private IoProvider awaitIo(long timeoutNs) {
        long deadlineNs = System.nanoTime() + timeoutNs;
        synchronized (ioChanged) {
            try {
                for (long leftMs = 1; io == null && leftMs > 0; ) {
                    leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
                    ioChanged.wait(Math.max(1, leftMs));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return io;
        }
    }

    private void io(IoProvider provider) {
        synchronized (ioChanged) {
            io = provider;
            ioChanged.notifyAll();
        }
    }

    List<PartDTO> describe() {
        List<PartDTO> list = new ArrayList<>();
        for (Part<?> part : all) {
            PartDTO dto = new PartDTO();
            dto.part = part.name;
            dto.state = part.isServing() ? "ACTIVE" : "SUSPENDED";
            dto.bundle = part.bundle();
            dto.bundleId = part.bundleId();
            dto.generation = part.generation();
            list.add(dto);
        }
        return list;
    }

    /** An exchange that the provider may refuse: then all workers let go of it, and the refusal is thrown. */
    private void begin(String what, Consumer<Worker> open, Runnable letGo) {
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        core.exchange(what, worker -> {
            try {
                open.accept(worker);
            } catch (RuntimeException | LinkageError e) {
                refusal.compareAndSet(null, e);
            }
        });
        Throwable why = refusal.get();
        if (why != null) {
            letGo.run();
            throw new IllegalArgumentException(why.getMessage(), why);
        }
    }

    private final class SchedulerPart extends Part<SchedulerProvider> {
        SchedulerPart(Core core, BundleContext context) {
            super(core, context, "scheduler");
        }

        @Override
        boolean serve(SchedulerProvider provider, ServiceReference<SchedulerProvider> reference) {
            begin("scheduler begins", worker -> open(provider, worker), () -> suspend(provider));
            return true;
        }

        @Override
        void open(SchedulerProvider provider, Worker worker) {
            worker.openScheduler(provider);
        }

        @Override
        void suspend(SchedulerProvider provider) {
            core.exchange("scheduler ends", Worker::suspendScheduler);
        }
    }

    private final class MemoryPart extends Part<MemoryProvider> {
        MemoryPart(Core core, BundleContext context) {
            super(core, context, "memory");
        }

        @Override
        boolean serve(MemoryProvider provider, ServiceReference<MemoryProvider> reference) {
            begin("memory begins", worker -> open(provider, worker), () -> suspend(provider));
            return true;
        }

        @Override
        void open(MemoryProvider provider, Worker worker) {
            worker.openAllocator(provider);
        }

        @Override
        void suspend(MemoryProvider provider) {
            core.exchange("memory ends", Worker::suspendAllocator);
        }
    }

    private final class IoPart extends Part<IoProvider> {
        /** The service property with a provider's name, and the setting that asks for it. */
        private static final String NAME = "aem.io";

        private String layout;

        IoPart(Core core, BundleContext context) {
            super(core, context, "io");
        }

        /** Why it must not serve, or null. It can't do anything with sockets of another layout: not even close them. */
        private String obstacle(IoProvider provider, ServiceReference<IoProvider> reference) {
            String wanted = core.config().io();
            if (!wanted.isEmpty() && !wanted.equals(reference.getProperty(NAME))) {
                return " does not serve, since " + NAME + " asks for " + wanted;
            }
            int sockets = opening.get() + core.handles.size() + core.pendingCloses.get();
            if (layout != null && !layout.equals(provider.handleLayout()) && sockets > 0) {
                return " works with " + provider.handleLayout() + " handles, but " + sockets
                        + " open ones are of layout " + layout + ": they wait for a provider of theirs";
            }
            return null;
        }

        @Override
        boolean serve(IoProvider provider, ServiceReference<IoProvider> reference) {
            String obstacle = obstacle(provider, reference);
            if (obstacle != null) {
                core.reports.add("I/O provider " + provider.name() + obstacle);
                return false;
            }
            layout = provider.handleLayout();
            core.exchange("io begins", worker -> open(provider, worker));
            io(provider);
            return true;
        }

        @Override
        void open(IoProvider provider, Worker worker) {
            try {
                Poller poller = provider.openPoller();
                worker.exchangeIo(provider, poller);
            } catch (IOException e) {
                core.reports.add("worker " + worker.index + " has no poller", e);
            }
        }

        @Override
        void suspend(IoProvider provider) {
            io(null);
            core.exchange("io ends", worker -> worker.exchangeIo(null, null));
        }
    }
}
