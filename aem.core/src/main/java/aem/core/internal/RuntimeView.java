package aem.core.internal;

import aem.api.AemProcess;
import aem.api.AemRuntime;
import aem.api.EventDescriptor;
import aem.api.dto.ConnectionDTO;
import aem.api.dto.EventDTO;
import aem.api.dto.LedgerDTO;
import aem.api.dto.MemoryDTO;
import aem.api.dto.PartDTO;
import aem.api.dto.PoolDTO;
import aem.api.dto.ProcessDTO;
import aem.api.dto.ReportDTO;
import aem.api.dto.SourceDTO;
import aem.api.dto.WorkerDTO;
import aem.api.job.JobKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** The state of the runtime as plain data. What belongs to a worker is read by that worker, between two cycles. */
final class RuntimeView implements AemRuntime {
    private static final long ANSWER_MS = 1_000;

    private final Core core;
    private final Sources sources;

    RuntimeView(Core core, Sources sources) {
        this.core = core;
        this.sources = sources;
    }

    /** Asks all workers; those that do not answer in time are left out and named. */
    private List<Worker> cut(Consumer<Worker> question) {
        if (Worker.current() != null) {
            throw new IllegalStateException("not on a worker: a handler can't wait for its own worker");
        }
        List<Worker> late = core.atSafePoints(question, ANSWER_MS);
        for (Worker worker : late) {
            core.reports.add("worker " + worker.index + " did not answer within " + ANSWER_MS + " ms; it runs "
                    + worker.running());
        }
        return late;
    }

    @Override
    public List<SourceDTO> sources() {
        return sources.describe();
    }

    @Override
    public List<PartDTO> parts() {
        return core.parts().describe();
    }

    @Override
    public List<EventDTO> events() {
        List<Event> events = core.events.list();
        ConcurrentHashMap<Event, EventDTO> answers = new ConcurrentHashMap<>();
        cut(worker -> {
            for (Event event : events) {
                if (event.worker == worker) {
                    answers.put(event, describe(event));
                }
            }
        });
        List<EventDTO> list = new ArrayList<>();
        for (Event event : events) {
            EventDTO dto = answers.get(event);
            if (dto != null) {
                list.add(dto);
            } else if (event.process.transfer() != null) {
                list.add(describe(event)); // no worker has it just now
            }
        }
        return list;
    }

    private static EventDTO describe(Event event) {
        EventDTO dto = new EventDTO();
        dto.id = event.id;
        dto.kind = event.kind();
        dto.operation = event.operation();
        dto.state = event.state().name();
        dto.processId = event.process.id;
        dto.process = event.process.name();
        dto.parentId = event.parent().map(EventDescriptor::id).orElse(0L);
        dto.connectionId = event.handle == null ? 0 : event.handle.id;
        dto.priority = event.priority();
        dto.eventClass = event.eventClass().name();
        event.flags().forEach(flag -> dto.flags.add(flag.name()));
        dto.worker = event.worker.index;
        dto.pending = event.waitingCount();
        dto.activated = event.activatedCount();
        dto.handled = event.handledCount();
        dto.failed = event.failedCount();
        dto.shed = event.shedCount();
        dto.jobKind = (event.isPeriodic() ? JobKind.PERIODIC : JobKind.REACTIVE).name();
        dto.ageNs = Long.MAX_VALUE;
        if (event.worker.scheduler != null && event.slot() >= 0) {
            dto.jobState = event.worker.scheduler.state(event.slot()).name();
            dto.ageNs = event.worker.scheduler.ageNs(event.slot());
            dto.periodNs = event.worker.scheduler.periodNs(event.slot());
        } else {
            dto.jobState = "UNKNOWN";
        }
        return dto;
    }

    @Override
    public List<ProcessDTO> processes() {
        List<MemoryDTO> memory = memory();
        List<ProcessDTO> list = new ArrayList<>();
        List<CoreProcess> processes = List.copyOf(core.processes.values());
        ConcurrentHashMap<Long, Long> pending = new ConcurrentHashMap<>();
        List<Event> events = core.events.list();
        cut(worker -> {
            for (Event event : events) {
                if (event.worker == worker) {
                    pending.merge(event.process.id, (long) event.waitingCount(), Long::sum);
                }
            }
        });
        for (CoreProcess process : processes) {
            ProcessDTO dto = describe(process);
            dto.pending = pending.getOrDefault(process.id, 0L);
            for (MemoryDTO worker : memory) {
                for (PoolDTO pool : worker.pools) {
                    if (pool.processId == process.id) {
                        dto.memoryBytes += pool.usedBytes;
                    }
                }
            }
            list.add(dto);
        }
        return list;
    }

    private static ProcessDTO describe(CoreProcess process) {
        ProcessDTO dto = new ProcessDTO();
        dto.id = process.id;
        dto.name = process.name();
        dto.owner = process.owner();
        dto.parentId = process.parent().map(AemProcess::id).orElse(0L);
        dto.worker = process.address().index;
        dto.events = process.eventCount();
        dto.maxEvents = process.limits().events();
        dto.connections = process.connectionCount();
        dto.maxConnections = process.limits().connections();
        dto.maxMemoryBytes = process.limits().memoryBytes();
        dto.handled = process.handled;
        dto.failed = process.failed;
        dto.shedRejectable = process.shedRejectable;
        dto.shedLastResort = process.shedLastResort;
        dto.rejected = process.rejected;
        dto.blocked = process.isBlocked();
        dto.handlerNs = process.handlerNs;
        return dto;
    }

    @Override
    public List<ConnectionDTO> connections() {
        List<Handle> handles = List.copyOf(core.handles.values());
        ConcurrentHashMap<Long, ConnectionDTO> answers = new ConcurrentHashMap<>();
        cut(worker -> {
            for (Handle handle : handles) {
                if (handle.worker == worker) {
                    answers.put(handle.id, describe(handle));
                }
            }
        });
        List<ConnectionDTO> list = new ArrayList<>();
        for (Handle handle : handles) {
            ConnectionDTO dto = answers.get(handle.id);
            if (dto != null) {
                list.add(dto);
            }
        }
        return list;
    }

    private static ConnectionDTO describe(Handle handle) {
        ConnectionDTO dto = new ConnectionDTO();
        dto.id = handle.id;
        dto.processId = handle.process.id;
        dto.process = handle.process.name();
        dto.events = handle.bound().length;
        switch (handle) {
            case CoreConnection c -> {
                dto.local = String.valueOf(c.localAddress());
                dto.remote = String.valueOf(c.remoteAddress());
                dto.state = c.state().name();
                dto.unsentBytes = c.unsentBytes();
                dto.unsentLimitBytes = c.unsentLimitBytes();
                dto.readBytes = c.readBytes();
                dto.writtenBytes = c.writtenBytes();
            }
            case CoreListener l -> {
                dto.local = String.valueOf(l.localAddress());
                dto.remote = "";
                dto.state = "LISTENING";
            }
            default -> dto.state = "UNKNOWN";
        }
        return dto;
    }

    @Override
    public List<WorkerDTO> workers() {
        ConcurrentSkipListMap<Integer, WorkerDTO> answers = new ConcurrentSkipListMap<>();
        cut(worker -> answers.put(worker.index, describe(worker)));
        return new ArrayList<>(answers.values());
    }

    private static WorkerDTO describe(Worker worker) {
        WorkerDTO dto = new WorkerDTO();
        dto.worker = worker.index;
        dto.thread = worker.thread().getName();
        dto.polls = worker.polls;
        dto.processes = worker.processCount();
        dto.events = worker.eventCount();
        dto.connections = worker.handleCount();
        dto.staleReadiness = worker.staleReadiness;
        dto.refusedSubmissions = worker.refusedSubmissions();
        dto.detached = worker.detachedCount();
        dto.arrived = worker.arrivedProcesses;
        dto.departed = worker.departedProcesses;
        if (worker.scheduler != null) {
            worker.scheduler.describe(dto);
        }
        dto.pending = worker.countPending();
        return dto;
    }

    @Override
    public List<MemoryDTO> memory() {
        ConcurrentSkipListMap<Integer, MemoryDTO> answers = new ConcurrentSkipListMap<>();
        List<Worker> late = cut(worker -> answers.put(worker.index, describeMemory(worker)));
        late.forEach(worker -> answers.putIfAbsent(worker.index, new MemoryDTO()));
        answers.forEach((index, dto) -> dto.worker = index);
        return new ArrayList<>(answers.values());
    }

    private static MemoryDTO describeMemory(Worker worker) {
        if (worker.allocator == null) {
            return new MemoryDTO();
        }
        MemoryDTO dto = worker.allocator.describe();
        for (PoolDTO pool : dto.pools) {
            Pool own = worker.pool(pool.pool);
            if (own != null) {
                CoreProcess process = own.process();
                boolean here = process.isAt(worker);
                pool.processId = process.id;
                pool.process = process.name();
                long lentBytes = here ? process.lentBytes() : 0;
                long retainedBytes = process.retainedBytes(own);
                if (here && process.isQuarantined()) {
                    pool.quarantinedBytes = lentBytes + retainedBytes;
                } else {
                    pool.lentBytes = lentBytes;
                    pool.retainedBytes = retainedBytes;
                }
            }
        }
        return dto;
    }

    @Override
    public LedgerDTO ledger() {
        ConcurrentLinkedQueue<LedgerDTO> answers = new ConcurrentLinkedQueue<>();
        List<Worker> late = cut(worker -> {
            LedgerDTO part = new LedgerDTO();
            worker.addTo(part);
            answers.add(part);
        });
        LedgerDTO sum = new LedgerDTO();
        for (LedgerDTO part : answers) {
            sum.offered += part.offered;
            sum.refused += part.refused;
            sum.activated += part.activated;
            sum.handled += part.handled;
            sum.failed += part.failed;
            sum.cancelled += part.cancelled;
            sum.shed += part.shed;
            sum.pending += part.pending;
            sum.running += part.running;
            sum.inTransfer += part.inTransfer;
        }
        late.forEach(worker -> sum.missing.add(worker.index));
        return sum;
    }

    @Override
    public List<ReportDTO> reports() {
        return core.reports.list();
    }

    @Override
    public Optional<EventDescriptor> event(long id) {
        return Optional.ofNullable(core.events.find(id));
    }

    @Override
    public Optional<AemProcess> process(long id) {
        return Optional.ofNullable(core.processes.get(id));
    }

    @Override
    public void move(long id, int worker) {
        CoreProcess process = core.processes.get(id);
        if (process == null) {
            throw new IllegalArgumentException("no process " + id);
        }
        Worker[] workers = core.activeWorkers();
        if (worker < 0 || worker >= workers.length) {
            throw new IllegalArgumentException(
                    "worker must be from 0 to " + (workers.length - 1) + " (aem.workers): " + worker);
        }
        core.move(process, workers[worker]);
    }

    @Override
    public void retire(String kind) {
        sources.retire(kind);
    }
}
