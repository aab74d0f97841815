package aem.shell.internal;

import aem.api.AemProcess;
import aem.api.AemRuntime;
import aem.api.Control;
import aem.api.ControlRefusedException;
import aem.api.EventClass;
import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.EventState;
import aem.api.dto.ConnectionDTO;
import aem.api.dto.EventDTO;
import aem.api.dto.LedgerDTO;
import aem.api.dto.MemoryDTO;
import aem.api.dto.PartDTO;
import aem.api.dto.ProcessDTO;
import aem.api.dto.ReportDTO;
import aem.api.dto.SourceDTO;
import aem.api.dto.WorkerDTO;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A runtime whose state a test writes down. */
final class Fakes {
    static final class FakeRuntime implements AemRuntime {
        final List<Long> moved = new ArrayList<>();
        final List<SourceDTO> sources = new ArrayList<>();
        final List<PartDTO> parts = new ArrayList<>();
        final List<EventDTO> events = new ArrayList<>();
        final List<ProcessDTO> processes = new ArrayList<>();
        final List<ConnectionDTO> connections = new ArrayList<>();
        final List<WorkerDTO> workers = new ArrayList<>();
        final List<MemoryDTO> memory = new ArrayList<>();
        final List<ReportDTO> reports = new ArrayList<>();
        final LedgerDTO ledger = new LedgerDTO();
        final Map<Long, Event> live = new LinkedHashMap<>();

        @Override
        public List<SourceDTO> sources() {
            return sources;
        }

        @Override
        public List<PartDTO> parts() {
            return parts;
        }

        @Override
        public List<EventDTO> events() {
            return events;
        }

        @Override
        public List<ProcessDTO> processes() {
            return processes;
        }

        @Override
        public List<ConnectionDTO> connections() {
            return connections;
        }

        @Override
        public List<WorkerDTO> workers() {
            return workers;
        }

        @Override
        public List<MemoryDTO> memory() {
            return memory;
        }

        @Override
        public LedgerDTO ledger() {
            return ledger;
        }

        @Override
        public List<ReportDTO> reports() {
            return reports;
        }

        @Override
        public Optional<EventDescriptor> event(long id) {
            return Optional.ofNullable(live.get(id));
        }

        @Override
        public Optional<AemProcess> process(long id) {
            return Optional.empty();
        }

        @Override
        public void move(long process, int worker) {
            if (worker != 1) {
                throw new IllegalArgumentException("worker must be from 0 to 1 (aem.workers): " + worker);
            }
            moved.add(process);
        }

        @Override
        public void retire(String kind) {
            throw new IllegalArgumentException("no such kind: " + kind);
        }
    }

    /** An event that writes down what it is told; it refuses custom controls. */
    static final class Event implements EventDescriptor {
        final long id;
        final List<Control> controls = new ArrayList<>();
        EventState state = EventState.ARMED;

        Event(long id) {
            this.id = id;
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public String kind() {
            return "socket";
        }

        @Override
        public String operation() {
            return "read";
        }

        @Override
        public AemProcess process() {
            throw new UnsupportedOperationException();
        }

        @Override
        public EventState state() {
            return state;
        }

        @Override
        public int priority() {
            return 8;
        }

        @Override
        public EventClass eventClass() {
            return EventClass.REJECTABLE;
        }

        @Override
        public Set<EventFlag> flags() {
            return Set.of(EventFlag.ONESHOT);
        }

        @Override
        public Optional<EventDescriptor> parent() {
            return Optional.empty();
        }

        @Override
        public List<EventDescriptor> children() {
            return List.of();
        }

        @Override
        public void control(Control control) {
            if (control instanceof Control.Custom) {
                throw new ControlRefusedException(this, control, "no such control");
            }
            controls.add(control);
        }

        @Override
        public boolean cancel() {
            boolean first = state != EventState.ENDED;
            state = EventState.ENDED;
            return first;
        }
    }

    private Fakes() {}

    static ProcessDTO process(long id, String name, long parent) {
        ProcessDTO d = new ProcessDTO();
        d.id = id;
        d.name = name;
        d.owner = "aem.examples";
        d.parentId = parent;
        d.events = 2;
        d.maxEvents = 100;
        d.memoryBytes = 1536;
        d.maxMemoryBytes = 1L << 30;
        d.handlerNs = 1_500_000_000;
        return d;
    }

    static EventDTO event(long id, String kind, String operation, long process, long parent) {
        EventDTO d = new EventDTO();
        d.id = id;
        d.kind = kind;
        d.operation = operation;
        d.state = "ARMED";
        d.processId = process;
        d.process = "echo";
        d.parentId = parent;
        d.priority = 8;
        d.eventClass = "REJECTABLE";
        d.jobKind = "REACTIVE";
        d.jobState = "WAITING";
        d.ageNs = Long.MAX_VALUE;
        return d;
    }

    static SourceDTO source(String kind) {
        SourceDTO d = new SourceDTO();
        d.kind = kind;
        d.state = "ACTIVE";
        d.bundle = "aem." + kind + " 0.1.0";
        d.bundleId = 12;
        d.api.add("aem.api." + kind + ".Events");
        d.events = 2;
        d.generation = 1;
        d.absenceLoses = "";
        return d;
    }
}
