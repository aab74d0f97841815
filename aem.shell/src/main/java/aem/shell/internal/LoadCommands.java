package aem.shell.internal;

import static aem.shell.internal.Console.nothingMore;
import static aem.shell.internal.Console.pick;
import static aem.shell.internal.Console.print;
import static aem.shell.internal.Console.run;
import static aem.shell.internal.Console.words;

import aem.api.AemRuntime;
import aem.api.dto.ProcessDTO;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The commands that show where the time goes, and what is refused. */
@Component(
        service = LoadCommands.class,
        property = {"osgi.command.scope=aem", "osgi.command.function=load", "osgi.command.function=top"})
public final class LoadCommands {
    /** A process, and what it did in the interval. */
    record Usage(
            ProcessDTO process, long intervalNs, long handlerNs, long handled, long failed, long shed, long rejected) {}

    private static final String JSON = ListCommands.JSON;
    private static final long MAX_MS = 60_000;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    volatile AemRuntime runtime;

    @Descriptor("shows the workers' load, their standing delay, and what load control refuses")
    public void load(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("[WORKER...]: only these workers") String... workers) {
        run(
                "load",
                runtime,
                r -> print(json, Views.LOAD, pick(r.workers(), workers, d -> d.worker, "no answer from worker")));
    }

    @Descriptor("shows what the processes do in an interval, the greatest user of time first")
    public void top(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("MS: how long to look, in milliseconds; 0: since the processes began")
                    @Parameter(
                            names = {"-i", "--interval"},
                            absentValue = "1000")
                    String interval,
            @Descriptor(": nothing more") String... words) {
        run("top", runtime, r -> {
            nothingMore(words(words));
            print(json, Views.TOP, usage(r, intervalMs(interval)));
        });
    }

    private static long intervalMs(String text) {
        try {
            long ms = Long.parseLong(text);
            if (ms >= 0 && ms <= MAX_MS) {
                return ms;
            }
        } catch (NumberFormatException e) {
            // told below, with the range
        }
        throw new IllegalArgumentException("the interval must be from 0 to " + MAX_MS + " ms: " + text);
    }

    private static List<Usage> usage(AemRuntime runtime, long ms) {
        Map<Long, ProcessDTO> before = Map.of();
        long beganNs = System.nanoTime();
        if (ms > 0) {
            before = runtime.processes().stream().collect(Collectors.toMap(d -> d.id, d -> d));
            try {
                Thread.sleep(ms);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Map<Long, ProcessDTO> first = before;
        long intervalNs = ms == 0 ? 0 : System.nanoTime() - beganNs;
        return runtime.processes().stream()
                .map(d -> usage(d, first.getOrDefault(d.id, new ProcessDTO()), intervalNs))
                .sorted(Comparator.comparingLong(Usage::handlerNs).reversed())
                .toList();
    }

    private static Usage usage(ProcessDTO now, ProcessDTO before, long intervalNs) {
        return new Usage(
                now,
                intervalNs,
                now.handlerNs - before.handlerNs,
                now.handled - before.handled,
                now.failed - before.failed,
                now.shedRejectable + now.shedLastResort - before.shedRejectable - before.shedLastResort,
                now.rejected - before.rejected);
    }
}
