package aem.shell.internal;

import static aem.shell.internal.Console.print;
import static aem.shell.internal.Console.refuse;
import static aem.shell.internal.Console.run;

import aem.api.AemRuntime;
import aem.api.Control;
import aem.api.EventDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The commands that change live events and processes. */
@Component(
        service = ControlCommands.class,
        property = {
            "osgi.command.scope=aem",
            "osgi.command.function=evctl",
            "osgi.command.function=cancel",
            "osgi.command.function=move"
        })
public final class ControlCommands {
    private static final String JSON = "what was done as JSON";

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    volatile AemRuntime runtime;

    @Descriptor("changes a live event from its next activation on")
    public void evctl(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("EVENT CONTROL [VALUE]: the event's id; then priority LOW|NORMAL|HIGH|1..1024,"
                            + " class REJECTABLE|LAST_RESORT|NEVER, oneshot|fork|nocldwait on|off, period 250ms,"
                            + " suspend, resume, or a control of the event's source")
                    String... words) {
        run("evctl", runtime, r -> {
            List<String> args = Console.words(words);
            if (args.size() < 2) {
                throw new IllegalArgumentException("usage: aem:evctl EVENT CONTROL [VALUE]; see aem:help evctl");
            }
            if (args.size() > 3) {
                throw Console.unexpected(args.get(3));
            }
            long id = id(args.getFirst(), "event");
            String name = args.get(1).toLowerCase(Locale.ROOT);
            if (name.isBlank() || name.startsWith("-")) {
                throw new IllegalArgumentException("not a control: " + args.get(1));
            }
            String value = args.size() == 3 ? args.get(2) : null;
            Control control = Control.parse(name, value);
            if (value != null && (control instanceof Control.Suspend || control instanceof Control.Resume)) {
                throw new IllegalArgumentException("control " + name + " needs no argument: " + value);
            }
            EventDescriptor event = live(r, id).orElseThrow(() -> new IllegalArgumentException("no live event " + id));
            Change change = new Change(event, name, before(event, control), after(control));
            event.control(control);
            print(json ? Json.of(change) : change + "\n");
        });
    }

    @Descriptor("ends live events and everything below them; a handler that runs finishes first")
    public void cancel(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("EVENT...: the ids of the events") String... ids) {
        run("cancel", runtime, r -> {
            if (ids.length == 0) {
                throw new IllegalArgumentException("usage: aem:cancel EVENT...; see aem:help cancel");
            }
            // All are read before the first is cancelled: a slip of the finger cancels nothing.
            List<Long> numbers =
                    Console.words(ids).stream().map(word -> id(word, "event")).toList();
            List<Change> changes = new ArrayList<>();
            for (long id : numbers) {
                Optional<EventDescriptor> event = live(r, id);
                Change change = event.map(e -> new Change(e, "cancel", e.state().name(), null))
                        .orElse(null);
                if (event.isPresent() && event.get().cancel()) {
                    changes.add(change);
                } else {
                    refuse("cancel", "no live event " + id);
                }
            }
            if (json) {
                print(Json.of(changes));
            } else {
                changes.forEach(change -> print(change + "\n"));
            }
        });
    }

    @Descriptor("moves a process to another worker, with its sockets, timers and waiting activations")
    public void move(@Descriptor("PROCESS WORKER: the ids, as in aem:ps and aem:workers") String... words) {
        run("move", runtime, r -> {
            List<String> args = Console.words(words);
            if (args.size() < 2) {
                throw new IllegalArgumentException("usage: aem:move PROCESS WORKER; see aem:help move");
            }
            if (args.size() > 2) {
                throw Console.unexpected(args.get(2));
            }
            long process = id(args.get(0), "process");
            long worker = id(args.get(1), "worker");
            r.move(process, Math.toIntExact(Math.clamp(worker, -1, Integer.MAX_VALUE)));
            print("process " + process + " goes to worker " + worker + "\n");
        });
    }

    /**
     * The number that a word stands for.
     *
     * @throws IllegalArgumentException if it is none
     */
    static long id(String word, String what) {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "not the id of " + (what.equals("event") ? "an " : "a ") + what + ": " + word, e);
        }
    }

    private static Optional<EventDescriptor> live(AemRuntime runtime, long id) {
        return runtime.event(id).filter(e -> e.state().isLive());
    }

    /** What the control is about to change; null if the descriptor does not tell. */
    private static String before(EventDescriptor event, Control control) {
        return switch (control) {
            case Control.SetPriority p -> Integer.toString(event.priority());
            case Control.SetClass c -> event.eventClass().name();
            case Control.SetFlag f -> onOff(event.flags().contains(f.flag()));
            case Control.Suspend s -> event.state().name();
            case Control.Resume s -> event.state().name();
            case Control.SetPeriod p -> null;
            case Control.Custom c -> null;
        };
    }

    /** What it becomes at the next activation; null if the control has no value. */
    private static String after(Control control) {
        return switch (control) {
            case Control.SetPriority p -> Integer.toString(p.priority());
            case Control.SetClass c -> c.eventClass().name();
            case Control.SetFlag f -> onOff(f.on());
            case Control.SetPeriod p -> Units.duration(p.period().toNanos());
            case Control.Custom c -> c.value();
            case Control.Suspend s -> null;
            case Control.Resume s -> null;
        };
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }
}
