package aem.shell.internal;

import static aem.shell.internal.Console.pick;
import static aem.shell.internal.Console.print;
import static aem.shell.internal.Console.run;

import aem.api.AemRuntime;
import aem.api.dto.EventDTO;
import aem.api.dto.ProcessDTO;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * The commands that show who waits for what: each fetches DTOs, picks, prints. The descriptor of an argument, or of an
 * option with a value, begins with its name in the usage; {@link HelpCommand} reads it so.
 */
@Component(
        service = ListCommands.class,
        property = {
            "osgi.command.scope=aem",
            "osgi.command.function=events",
            "osgi.command.function=jobs",
            "osgi.command.function=ps",
            "osgi.command.function=tree",
            "osgi.command.function=conns"
        })
public final class ListCommands {
    static final String JSON = "the DTOs as JSON, figures exact, in bytes and nanoseconds";
    private static final String PROCESS = "ID: only what belongs to the process with this id";
    private static final String KIND = "KIND: only this kind of events, for example timer";

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    volatile AemRuntime runtime;

    @Descriptor("shows the live events, oldest first")
    public void events(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor(PROCESS)
                    @Parameter(
                            names = {"-p", "--process"},
                            absentValue = "")
                    String process,
            @Descriptor(KIND)
                    @Parameter(
                            names = {"-k", "--kind"},
                            absentValue = "")
                    String kind,
            @Descriptor("[EVENT...]: only the events with these ids") String... ids) {
        run("events", runtime, r -> {
            String pid = openProcess(r, process);
            String only = knownKind(r, kind);
            List<EventDTO> events = pick(r.events(), ids, d -> d.id, "no live event");
            print(
                    json,
                    Views.EVENTS,
                    events.stream()
                            .filter(d -> pid.isEmpty() || pid.equals(Long.toString(d.processId)))
                            .filter(d -> only.isEmpty() || only.equals(d.kind))
                            .toList());
        });
    }

    @Descriptor("shows the jobs of the live events: how they are woken, and when the next expires")
    public void jobs(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("KIND: only jobs of this kind: reactive, periodic, or a kind of events")
                    @Parameter(
                            names = {"-k", "--kind"},
                            absentValue = "")
                    String kind,
            @Descriptor("[EVENT...]: only the jobs of the events with these ids") String... ids) {
        run("jobs", runtime, r -> {
            boolean jobKind = kind.equalsIgnoreCase("reactive") || kind.equalsIgnoreCase("periodic");
            String only = jobKind ? "" : knownKind(r, kind);
            List<EventDTO> events = pick(r.events(), ids, d -> d.id, "no live event");
            print(
                    json,
                    Views.JOBS,
                    events.stream()
                            .filter(d -> !jobKind || kind.equalsIgnoreCase(d.jobKind))
                            .filter(d -> only.isEmpty() || only.equals(d.kind))
                            .toList());
        });
    }

    @Descriptor("shows the open processes, oldest first")
    public void ps(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("[PROCESS...]: only the processes with these ids") String... ids) {
        run("ps", runtime, r -> print(json, Views.PROCESSES, pick(r.processes(), ids, d -> d.id, "no open process")));
    }

    @Descriptor("shows the processes and, below each, its events, each below the one that registered it")
    public void tree(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("[PROCESS...]: only the processes with these ids, and what is below") String... ids) {
        run("tree", runtime, r -> {
            List<ProcessDTO> all = r.processes();
            Tree tree = new Tree(all, r.events());
            List<ProcessDTO> tops = ids.length == 0 ? tree.roots() : pick(all, ids, d -> d.id, "no open process");
            print(json ? Json.of(tree.below(tops)) : tree.draw(tops));
        });
    }

    @Descriptor("shows the open connections and listeners, oldest first")
    public void conns(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor(PROCESS)
                    @Parameter(
                            names = {"-p", "--process"},
                            absentValue = "")
                    String process,
            @Descriptor("[CONNECTION...]: only these ids") String... ids) {
        run("conns", runtime, r -> {
            String pid = openProcess(r, process);
            print(
                    json,
                    Views.CONNECTIONS,
                    pick(r.connections(), ids, d -> d.id, "no open connection").stream()
                            .filter(d -> pid.isEmpty() || pid.equals(Long.toString(d.processId)))
                            .toList());
        });
    }

    /** The id as a number is written, or empty for none. */
    private static String openProcess(AemRuntime r, String id) {
        if (id.isEmpty()) {
            return id;
        }
        long number = ControlCommands.id(id, "process");
        if (r.processes().stream().noneMatch(d -> d.id == number)) {
            throw new IllegalArgumentException("no open process " + id);
        }
        return Long.toString(number);
    }

    private static String knownKind(AemRuntime r, String kind) {
        List<String> kinds = r.sources().stream().map(d -> d.kind).toList();
        if (!kind.isEmpty() && !kinds.contains(kind)) {
            throw new IllegalArgumentException("no such kind: " + kind + "; there are " + kinds);
        }
        return kind;
    }
}
