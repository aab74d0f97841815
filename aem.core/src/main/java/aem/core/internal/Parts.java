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
            throw new SourceAbsentException("no I/O provider is running");
        }
        return provider;
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
            begin("scheduler begins", worker -> worker.openScheduler(provider), () -> suspend(provider));
            return true;
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
            begin("memory begins", worker -> worker.openAllocator(provider), () -> suspend(provider));
            return true;
        }

        @Override
        void suspend(MemoryProvider provider) {
            core.exchange("memory ends", Worker::suspendAllocator);
        }
    }

    private final class IoPart extends Part<IoProvider> {
        private String layout;

        IoPart(Core core, BundleContext context) {
            super(core, context, "io");
        }

        @Override
        boolean serve(IoProvider provider, ServiceReference<IoProvider> reference) {
            if (layout != null && !layout.equals(provider.handleLayout()) && !core.handles.isEmpty()) {
                core.reports.add("I/O provider " + provider.name() + " works with " + provider.handleLayout()
                        + " handles, but " + core.handles.size() + " open ones are of layout " + layout);
                return false;
            }
            layout = provider.handleLayout();
            core.exchange("io begins", worker -> {
                try {
                    Poller poller = provider.openPoller();
                    worker.exchangeIo(provider, poller);
                } catch (IOException e) {
                    core.reports.add("worker " + worker.index + " has no poller", e);
                }
            });
            io(provider);
            return true;
        }

        @Override
        void suspend(IoProvider provider) {
            io(null);
            core.exchange("io ends", worker -> worker.exchangeIo(null, null));
        }
    }
}
