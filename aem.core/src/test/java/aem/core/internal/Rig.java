package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.AemRuntime;
import aem.api.EventClass;
import aem.api.EventFlag;
import aem.api.ProcessLimits;
import aem.api.dto.LedgerDTO;
import aem.api.dto.ReportDTO;
import aem.api.io.IoProvider;
import aem.api.job.Missed;
import aem.api.job.SchedulerProvider;
import aem.api.memory.MemoryProvider;
import aem.api.spi.Endpoint;
import aem.api.spi.EventSource;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.osgi.framework.Constants;

/**
 * The core with fake parts around it. Its workers stand still at a {@link Gate} but for the cycles that the test has them
 * do, one by one; the test looks at their state meanwhile. The ledger is checked after each cycle.
 */
final class Rig implements AutoCloseable {
    private static final List<String> NEVER_REPORTED = List.of(
            "duty cycle",
            "worker 0:",
            "worker 1:",
            "moving of",
            "job of",
            "control",
            "end of",
            "returned a block",
            "can't be watched");

    private final Map<String, Object> configured = Map.of(
            "aem.workers", "1",
            "aem.absence.wait", "1ms",
            "aem.watchdog.limit", "0s",
            "aem.balance.interval", "0s",
            "aem.linger", "10s",
            "aem.unsent.limit.bytes", "1000");

    final AtomicLong clockNs = new AtomicLong();
    final FakeRegistry registry = new FakeRegistry();
    final FakeApi.Home home = new FakeApi.Home(registry.bundle);
    final Class<?> api = home.api();
    final Core core;
    final Worker worker;
    final AemRuntime view;

    private final Sources sources;
    private final List<Gate> gates = new ArrayList<>();
    private final List<FakeScheduler.Tables> schedulerTables = new ArrayList<>();
    private final List<FakeMemory.Tables> memoryTables = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();
    private boolean scheduled;
    private boolean closed;

    FakeIo io;
    FakeMemory memory;
    FakeScheduler scheduler;
    FakeSource source;
    private FakeRegistry.Entry ioService;
    private FakeRegistry.Entry memoryService;
    private FakeRegistry.Entry schedulerService;
    private FakeRegistry.Entry sourceService;

    Rig() {
        this(Map.of());
    }

    Rig(Map<String, String> settings) {
        Map<String, Object> all = new HashMap<>(configured);
        all.putAll(settings);
        core = new Core(
                CoreConfig.from(all::get), new Reports(() -> clockNs.get() / 1_000_000, message -> {}), clockNs::get);
        worker = core.workers()[0];
        grow(core.workers().length);
        sources = new Sources(core, registry.context);
        view = new RuntimeView(core, sources);
        core.start();
        core.parts().open(registry.context);
        sources.open();
        startScheduler(1);
        startMemory(1);
        startIo("channel");
        startSource(1);
    }

    private void grow(int workers) {
        for (int i = gates.size(); i < workers; i++) {
            gates.add(new Gate());
            schedulerTables.add(new FakeScheduler.Tables());
            memoryTables.add(new FakeMemory.Tables());
        }
    }

    /** Changes the configuration. */
    void settings(Map<String, String> settings) {
        Map<String, Object> all = new HashMap<>(configured);
        all.putAll(settings);
        CoreConfig changed = CoreConfig.from(all::get);
        grow(changed.workers());
        exchange(() -> {
            core.config(changed);
            return null;
        });
    }

    // ---- parts ----------------------------------------------------------------------------------------------------

    void startScheduler(int version) {
        scheduler = new FakeScheduler(gates::get, clockNs, schedulerTables, version);
        schedulerService = start(SchedulerProvider.class, scheduler, Map.of());
    }

    void stopScheduler() {
        stop(schedulerService);
        scheduled = false;
    }

    void startMemory(int version) {
        memory = new FakeMemory(memoryTables, version);
        memoryService = start(MemoryProvider.class, memory, Map.of());
    }

    void stopMemory() {
        stop(memoryService);
    }

    void startIo(String layout) {
        startIo(layout, "fake");
    }

    void startIo(String layout, String name) {
        io = new FakeIo(layout);
        ioService = start(IoProvider.class, io, Map.of("aem.io", name));
    }

    void stopIo() {
        stop(ioService);
    }

    void startSource(int version) {
        source = new FakeSource(api, version);
        sourceService = start(EventSource.class, source, Map.of(EventSource.KIND, "fake"));
    }

    /** One that would serve if the present one went. */
    FakeSource addSource(int version, int rank) {
        FakeSource other = new FakeSource(api, version);
        start(EventSource.class, other, Map.of(EventSource.KIND, "fake", Constants.SERVICE_RANKING, rank));
        return other;
    }

    void stopSource() {
        stop(sourceService);
    }

    FakeSource addSourceOf(Class<?> otherApi) {
        FakeSource other = new FakeSource(otherApi, 1);
        start(EventSource.class, other, Map.of(EventSource.KIND, "fake"));
        return other;
    }

    /** As a handler does that stops its own source's bundle. */
    void stopSourceInHandler() {
        sourceService.unregister();
    }

    /** What applications hold. */
    FakeApi.Call facade() {
        FakeRegistry.Entry entry = registry.find(api);
        return entry == null ? null : FakeApi.call(entry.service(registry.bundle));
    }

    /** Waits for exchanges that somebody has asked for without waiting. */
    void awaitExchanges() {
        exchange(() -> {
            core.control.call(() -> {}, 20_000);
            return null;
        });
    }

    private FakeRegistry.Entry start(Class<?> type, Object service, Map<String, Object> properties) {
        return exchange(() -> registry.register(type, service, properties));
    }

    private void stop(FakeRegistry.Entry entry) {
        exchange(() -> {
            entry.unregister();
            return null;
        });
    }

    /** Calls something that waits for the workers' safe points; they do no cycle meanwhile. */
    <T> T exchange(Supplier<T> call) {
        return with(Gate.Pass.SAFE_POINT, call);
    }

    /** Calls something that waits for the workers; they do cycles meanwhile. */
    void running(Runnable call) {
        with(Gate.Pass.CYCLE, () -> {
            call.run();
            return null;
        });
        check();
    }

    private <T> T with(Gate.Pass what, Supplier<T> call) {
        gates.forEach(gate -> gate.open(what));
        try {
            return call.get();
        } finally {
            scheduled = worker.scheduler != null;
            gates.forEach(gate -> gate.close(scheduled));
        }
    }

    // ---- cycles ---------------------------------------------------------------------------------------------------

    void step() {
        assertTrue(scheduled, "no scheduler: nobody does a cycle");
        gates.forEach(Gate::step);
        check();
    }

    void steps(int count) {
        for (int i = 0; i < count; i++) {
            step();
        }
    }

    /** Lets time pass, then does a cycle. */
    void after(Duration time) {
        clockNs.addAndGet(time.toNanos());
        step();
    }

    /** Runs something on the worker's thread, outside of any handler. */
    void atHome(Runnable action) {
        Throwable[] thrown = {null};
        worker.post(new Obligation() {
            @Override
            void run(Worker on) {
                try {
                    action.run();
                } catch (Throwable t) {
                    thrown[0] = t;
                }
            }
        });
        step();
        if (thrown[0] != null) {
            throw new AssertionError(thrown[0]);
        }
    }

    // ---- what an application does ---------------------------------------------------------------------------------

    CoreProcess process() {
        return process(ProcessLimits.DEFAULT);
    }

    CoreProcess process(ProcessLimits limits) {
        CoreProcess process = core.createProcess("app", "bundle", limits, null, null, false);
        step();
        return process;
    }

    Event register(CoreProcess process, JobSpec job, int op, FakeSource.Script script, EventFlag... flags) {
        EventSpec spec = new EventSpec(process, script, "op", op, EventClass.NEVER, flags, 1, job);
        return (Event) source.context.register(spec, null);
    }

    Event woken(CoreProcess process, FakeSource.Script script, EventFlag... flags) {
        return register(process, new JobSpec.Woken(), 0, script, flags);
    }

    Event timer(CoreProcess process, Duration delay, Duration period, FakeSource.Script script, EventFlag... flags) {
        return register(process, new JobSpec.Periodic(delay, period, Missed.FIRE_ALL), FakeSource.TIMER, script, flags);
    }

    Event on(Object connectionOrListener, int interest, FakeSource.Script script, EventFlag... flags) {
        Handle handle = (Handle) connectionOrListener;
        return register(handle.process, new JobSpec.Reactive((Endpoint) handle, interest), 0, script, flags);
    }

    CoreListener listen(CoreProcess process) {
        return (CoreListener) source.context.listen(process, FakeIo.LOCAL, 8);
    }

    CoreConnection connecting(CoreProcess process) {
        return (CoreConnection) source.context.connect(process, FakeIo.REMOTE);
    }

    /** A connection that stands, without any event. */
    CoreConnection connected(CoreProcess process) {
        CoreConnection connection = connecting(process);
        FakeIo.socket(connection).connectEnds(0);
        on(connection, Readiness.CONNECT, event -> {
            event.end();
            assertEquals(0, event.finishConnect());
        });
        steps(3);
        assertTrue(connection.wasConnected());
        return connection;
    }

    // ---- what must always hold ------------------------------------------------------------------------------------

    LedgerDTO ledger() {
        LedgerDTO ledger = new LedgerDTO();
        for (Worker each : core.workers()) {
            each.addTo(ledger);
        }
        return ledger;
    }

    void check() {
        LedgerDTO l = ledger();
        assertTrue(
                l.isBalanced(),
                () -> "offered " + l.offered + " refused " + l.refused + " activated " + l.activated + " handled "
                        + l.handled + " failed " + l.failed + " cancelled " + l.cancelled + " shed " + l.shed
                        + " pending " + l.pending + " in transfer " + l.inTransfer);
        schedulerTables.forEach(tables -> assertEquals(List.of(), tables.violations));
    }

    long blocks() {
        return memoryTables.stream().mapToLong(tables -> tables.live.size()).sum();
    }

    long pools() {
        return memoryTables.stream().mapToLong(tables -> tables.quotas.size()).sum();
    }

    long quota(int worker, int pool) {
        return memoryTables.get(worker).quotas.get(pool);
    }

    List<String> reports() {
        return Stream.of(core.reports.list())
                .flatMap(List::stream)
                .map((ReportDTO report) -> report.message)
                .toList();
    }

    boolean reported(String part) {
        return reports().stream().anyMatch(message -> message.contains(part));
    }

    /** The report of an inner fault that a test makes on purpose. */
    void expectReport(String part) {
        expected.add(part);
    }

    /** Ends everything that is left; nothing of it may remain. */
    void end() {
        AtomicBoolean ended = new AtomicBoolean();
        running(() -> {
            core.processes.values().forEach(CoreProcess::close);
            ended.set(true);
        });
        assertTrue(ended.get());
        step();
        core.handles.values().forEach(handle -> ((CoreConnection) handle).reset());
        steps(2);
        check();
        assertEquals(0, blocks(), "blocks");
        assertEquals(0, pools(), "pools");
        assertEquals(0, core.handles.size(), "handles");
        assertEquals(List.of(), core.events.list());
        for (Worker each : core.workers()) {
            assertEquals(0, each.handleCount());
            assertEquals(0, each.eventCount());
            assertEquals(0, each.processCount());
        }
        assertEquals(0, ledger().pending);
        for (String report : reports()) {
            for (String never : NEVER_REPORTED) {
                assertTrue(!report.contains(never) || expected.stream().anyMatch(report::contains), report);
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                end();
            } finally {
                stopCore();
            }
        }
    }

    /** Without any check: after a test that breaks something on purpose. */
    void stopCore() {
        closed = true;
        gates.forEach(gate -> gate.open(Gate.Pass.CYCLE));
        core.stop();
    }
}
