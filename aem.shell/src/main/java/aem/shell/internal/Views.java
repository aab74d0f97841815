package aem.shell.internal;

import static aem.shell.internal.Table.figure;
import static aem.shell.internal.Table.text;
import static aem.shell.internal.Units.bytes;
import static aem.shell.internal.Units.duration;
import static aem.shell.internal.Units.ofLimit;

import aem.api.dto.ConnectionDTO;
import aem.api.dto.EventDTO;
import aem.api.dto.MemoryDTO;
import aem.api.dto.PartDTO;
import aem.api.dto.PoolDTO;
import aem.api.dto.ProcessDTO;
import aem.api.dto.ReportDTO;
import aem.api.dto.SourceDTO;
import aem.api.dto.WorkerDTO;
import aem.shell.internal.LoadCommands.Usage;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/** The columns of every table, with what they mean: the one place for both. */
final class Views {
    /** A counter of the ledger. */
    record Entry(String name, Object value, String meaning) {}

    /** The free blocks of one order. */
    record Order(int order, long blockBytes, long blocks, String bar) {}

    static final Table<SourceDTO> SOURCES = new Table<>(
            text("KIND", d -> d.kind, "the kind of events"),
            text("STATE", d -> d.state, "ACTIVE, or SUSPENDED while no source serves the kind"),
            figure("EVENTS", d -> d.events, "live events of the kind"),
            figure("GEN", d -> d.generation, "sources that have served the kind so far"),
            figure("ID", d -> d.bundle == null || d.bundle.isEmpty() ? "-" : d.bundleId, "id of the serving bundle"),
            text("BUNDLE", d -> d.bundle, "the serving bundle and its version"),
            text("API", d -> simpleNames(d.api), "the interfaces that applications call"),
            text("ABSENCE LOSES", d -> d.absenceLoses, "what a suspension can lose; - if nothing"));

    static final Table<PartDTO> PARTS = new Table<>(
            text("PART", d -> d.part, "scheduler, memory or io"),
            text("STATE", d -> d.state, "ACTIVE, or SUSPENDED while none serves"),
            figure("GEN", d -> d.generation, "how many have served so far"),
            figure("ID", d -> d.bundle == null || d.bundle.isEmpty() ? "-" : d.bundleId, "id of the serving bundle"),
            text("BUNDLE", d -> d.bundle, "the serving bundle and its version"));

    static final Table<EventDTO> EVENTS = new Table<>(
            figure("ID", d -> d.id, "the event, as aem:evctl and aem:cancel take it"),
            text("KIND", d -> d.kind, "kind of the source that watches it"),
            text("OPERATION", d -> d.operation, "what is watched"),
            text("STATE", d -> d.state, "REGISTERED, ARMED, PENDING, RUNNING or SUSPENDED"),
            figure("PID", d -> d.processId, "the process that owns it"),
            text("PROCESS", d -> d.process, "the name of that process"),
            figure("PARENT", d -> orNone(d.parentId), "the event in whose handler it was registered"),
            figure("CONN", d -> orNone(d.connectionId), "the connection or listener it is bound to"),
            figure("WORKER", d -> d.worker, "its home worker"),
            figure("PRIO", d -> d.priority, "its priority"),
            text("CLASS", d -> d.eventClass, "who is refused first under overload"),
            text("FLAGS", d -> String.join(",", d.flags), "ONESHOT, FORK, NOCLDWAIT"),
            figure("PENDING", d -> d.pending, "activations that wait for their handler"),
            figure("ACTIVATED", d -> d.activated, "activations so far"),
            figure("HANDLED", d -> d.handled, "handlers that returned"),
            figure("FAILED", d -> d.failed, "handlers that threw"));

    static final Table<EventDTO> JOBS = new Table<>(
            figure("EVENT", d -> d.id, "the event of the job"),
            text("WATCHES", d -> d.kind + " " + d.operation, "the event's kind and operation"),
            figure("PID", d -> d.processId, "the process that owns it"),
            text("PROCESS", d -> d.process, "the name of that process"),
            text("JOB", d -> d.jobKind, "REACTIVE (woken) or PERIODIC (ages)"),
            text("STATE", d -> d.jobState, "state in the job automaton"),
            figure("WORKER", d -> d.worker, "its home worker"),
            figure("DUE IN", Views::dueIn, "until the next expiry; negative if overdue"),
            figure("PERIOD", d -> d.periodNs == 0 ? "-" : duration(d.periodNs), "between two expiries"));

    static final Table<ProcessDTO> PROCESSES = new Table<>(
            figure("PID", d -> d.id, "the process"),
            text("NAME", d -> d.name, "as given by the application"),
            text("OWNER", d -> d.owner, "the bundle that created it"),
            figure("PARENT", d -> orNone(d.parentId), "the process that created it"),
            figure("WORKER", d -> d.worker, "its home worker"),
            figure("EVENTS", d -> limited(d.events, d.maxEvents), "live events, of at most"),
            figure("CONNS", d -> limited(d.connections, d.maxConnections), "connections and listeners, of at most"),
            figure(
                    "MEMORY",
                    d -> ofLimit(bytes(d.memoryBytes), bytes(d.maxMemoryBytes), d.maxMemoryBytes),
                    "off-heap memory in use, of at most"),
            figure("PENDING", d -> d.pending, "activations that wait for their handler"),
            figure("HANDLED", d -> d.handled, "handlers that returned"),
            figure("FAILED", d -> d.failed, "handlers that threw"),
            figure("TIME", d -> duration(d.handlerNs), "time spent in its handlers"));

    static final Table<ConnectionDTO> CONNECTIONS = new Table<>(
            figure("ID", d -> d.id, "the connection or listener"),
            text("STATE", d -> d.state, "LISTENING, or the socket's state"),
            figure("PID", d -> d.processId, "the process that owns it"),
            text("PROCESS", d -> d.process, "the name of that process"),
            text("LOCAL", d -> d.local, "own address"),
            text("REMOTE", d -> d.remote, "the peer's address; - for a listener"),
            figure("EVENTS", d -> d.events, "live events bound to it"),
            figure(
                    "UNSENT",
                    d -> ofLimit(bytes(d.unsentBytes), bytes(d.unsentLimitBytes), d.unsentLimitBytes),
                    "bytes that wait to be sent, of at most"),
            figure("READ", d -> bytes(d.readBytes), "bytes read so far"),
            figure("WRITTEN", d -> bytes(d.writtenBytes), "bytes written so far"));

    static final Table<WorkerDTO> WORKERS = new Table<>(
            figure("WORKER", d -> d.worker, "the worker's index"),
            text("THREAD", d -> d.thread, "its thread"),
            figure("CYCLES", d -> d.cycles, "duty cycles so far"),
            figure("IDLE", d -> d.idleCycles, "cycles that found nothing to do"),
            figure("POLLS", d -> d.polls, "calls of its poller"),
            figure("PROCS", d -> d.processes, "processes homed here"),
            figure("EVENTS", d -> d.events, "their live events"),
            figure("CONNS", d -> d.connections, "their connections and listeners"),
            figure("PENDING", d -> d.pending, "activations that wait for their handler"),
            figure("AGEING", d -> d.ageing, "jobs that age in the dispatcher"),
            figure("EXPIRIES", d -> d.expiries, "jobs made ready by their age"),
            figure("LOAD/S", d -> d.loadPerSecond, "handlers in the last second"),
            figure("STALE", d -> d.staleReadiness, "readiness of handles that were gone"),
            figure("ILLEGAL", d -> d.illegalTransitions, "moves that the job automaton refused"),
            figure("OVERRUNS", d -> d.overruns, "jobs and handlers over their bound"),
            figure("DISORDER", d -> d.orderViolations, "choices against the order of weights; always 0"),
            figure("REFUSED", d -> d.refusedSubmissions, "submissions that found the lane full"));

    static final Table<WorkerDTO> LOAD = new Table<>(
            figure("WORKER", d -> d.worker, "the worker's index"),
            figure("LOAD/S", d -> d.loadPerSecond, "handlers in the last second"),
            figure("SRT_BASE", d -> d.srtBase, "what every process weighs without activations; falls with the load"),
            figure("EPOCHS", d -> d.epochs, "rounds of time slices so far"),
            figure("PENDING", d -> d.pending, "activations that wait for their handler"),
            figure("DELAY", d -> duration(d.delayNs), "standing, from activation to handler, in the last interval"),
            figure("LEVEL", d -> d.overloadLevel, "0 no overload; from 1 REJECTABLE, from 3 LAST_RESORT are refused"),
            figure("REJECTABLE", d -> d.shedRejectable, "activations of this class refused so far"),
            figure("LAST_RESORT", d -> d.shedLastResort, "activations of this class refused so far"),
            figure("OVERRUNS", d -> d.overruns, "jobs and handlers over their bound"),
            figure("DETACHED", d -> d.detached, "handlers that blocked the worker and go on without it"),
            figure("CAME", d -> d.arrived, "processes that came from another worker"),
            figure("WENT", d -> d.departed, "processes that went to another worker"));

    static final Table<LoadCommands.Usage> TOP = new Table<>(
            figure("PID", u -> u.process().id, "the process"),
            text("NAME", u -> u.process().name, "as given by the application"),
            figure("WORKER", u -> u.process().worker, "its home worker"),
            text(
                    "STATE",
                    u -> u.process().blocked ? "BLOCKED" : "-",
                    "BLOCKED: its handler was detached from the worker"),
            figure("CPU", Views::share, "time in its handlers, of the interval"),
            figure("TIME", u -> duration(u.handlerNs()), "the same, as a time"),
            figure("HANDLED", Usage::handled, "handlers that returned"),
            figure("FAILED", Usage::failed, "handlers that threw"),
            figure("PENDING", u -> u.process().pending, "activations that wait for their handler"),
            figure("SHED", Usage::shed, "activations that load control refused"),
            figure("REJECTED", Usage::rejected, "connections that were reset because of that"));

    static final Table<MemoryDTO> MEMORY = new Table<>(
            figure("WORKER", d -> d.worker, "the worker whose memory it is"),
            figure("REGIONS", d -> d.regions, "mapped regions"),
            figure("SIZE", d -> bytes(d.regionBytes), "their size"),
            figure("USED", d -> bytes(d.usedBytes), "in blocks that are not free"),
            figure("BLOCKS", d -> d.usedBlocks, "number of these"),
            figure("FREE", d -> bytes(d.freeBytes), "in free blocks"),
            figure("RETURNED", d -> bytes(d.returnedBytes), "of these: the memory is with the system"),
            figure("SCATTERED", Views::scattered, "of these: in blocks of less than 64KiB"),
            figure("PEAK", d -> bytes(d.highWaterBytes), "the most that was ever used"),
            figure("ALLOCS", d -> d.allocations, "allocations so far"),
            figure("FREES", d -> d.frees, "returns so far"),
            figure("REFUSED", d -> d.refused, "requests that a quota or the hard cap refused"),
            figure("STALE", d -> d.staleFrees, "returns of stale handles"));

    static final Table<PoolDTO> POOLS = new Table<>(
            figure("PID", d -> orNone(d.processId), "the process of the pool"),
            text("PROCESS", d -> d.process, "the name of that process"),
            figure("POOL", d -> d.pool, "number of the pool in its worker"),
            figure("USED", d -> ofLimit(bytes(d.usedBytes), bytes(d.quotaBytes), d.quotaBytes), "in use, of quota"),
            figure("BLOCKS", d -> d.usedBlocks, "blocks in use"),
            figure(
                    "LENT",
                    d -> bytes(d.lentBytes),
                    "of what is in use: handlers have it that go on without their worker"),
            figure("RETAINED", d -> bytes(d.retainedBytes), "of what is in use: the application has taken it over"),
            figure(
                    "QUARANTINED",
                    d -> bytes(d.quarantinedBytes),
                    "of what is in use: the process has ended, a handler of it has not"),
            figure("PEAK", d -> bytes(d.highWaterBytes), "the most that was ever used"),
            figure("REFUSED", d -> d.refused, "requests that the quota refused"));

    static final Table<Order> ORDERS = new Table<>(
            figure("ORDER", Order::order, "order of the block: 64B << order"),
            figure("BLOCK", o -> bytes(o.blockBytes()), "size of one block"),
            figure("FREE", Order::blocks, "free blocks"),
            figure("BYTES", o -> bytes(o.blockBytes() * o.blocks()), "their size"),
            text("", Order::bar, "free blocks, drawn"));

    static final Table<Entry> LEDGER = new Table<>(
            text("ACCOUNT", Entry::name, "the counter"),
            figure("VALUE", Entry::value, "since the start of the runtime"),
            text("MEANING", Entry::meaning, "what is counted"));

    static final Table<ReportDTO> REPORTS = new Table<>(
            text("LAST", d -> Units.dateTime(d.lastMs, ZoneId.systemDefault()), "when it was last reported"),
            text("FIRST", d -> Units.dateTime(d.firstMs, ZoneId.systemDefault()), "when it was first reported"),
            figure("COUNT", d -> d.count, "how often"),
            text("MESSAGE", d -> d.message, "what was reported"));

    /** The tables of each command, for its help. */
    static final Map<String, List<Table<?>>> BY_COMMAND = Map.ofEntries(
            Map.entry("sources", List.of(SOURCES)),
            Map.entry("parts", List.of(PARTS)),
            Map.entry("events", List.of(EVENTS)),
            Map.entry("jobs", List.of(JOBS)),
            Map.entry("ps", List.of(PROCESSES)),
            Map.entry("conns", List.of(CONNECTIONS)),
            Map.entry("workers", List.of(WORKERS)),
            Map.entry("load", List.of(LOAD)),
            Map.entry("top", List.of(TOP)),
            Map.entry("mem", List.of(MEMORY, POOLS, ORDERS)),
            Map.entry("ledger", List.of(LEDGER)),
            Map.entry("reports", List.of(REPORTS)));

    private Views() {}

    private static String share(Usage u) {
        return u.intervalNs() == 0 ? "-" : Math.round(u.handlerNs() * 100.0 / u.intervalNs()) + "%";
    }

    private static Object orNone(long id) {
        return id == 0 ? "-" : id;
    }

    private static String scattered(MemoryDTO d) {
        return d.freeBytes == 0 ? "-" : Math.round(d.scatteredBytes * 100.0 / d.freeBytes) + "%";
    }

    private static String limited(long used, long limit) {
        return ofLimit(Long.toString(used), Long.toString(limit), limit);
    }

    private static String dueIn(EventDTO d) {
        return d.ageNs == Long.MAX_VALUE ? "-" : duration(d.ageNs);
    }

    private static String simpleNames(List<String> types) {
        return String.join(
                ",",
                types.stream().map(t -> t.substring(t.lastIndexOf('.') + 1)).toList());
    }
}
