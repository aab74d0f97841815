package aem.shell.internal;

import static aem.shell.internal.Console.nothingMore;
import static aem.shell.internal.Console.pick;
import static aem.shell.internal.Console.print;
import static aem.shell.internal.Console.run;
import static aem.shell.internal.Console.words;

import aem.api.AemRuntime;
import aem.api.dto.LedgerDTO;
import aem.api.dto.MemoryDTO;
import aem.shell.internal.Views.Entry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The commands that show the runtime itself: its sources, parts, workers, memory and accounts. */
@Component(
        service = RuntimeCommands.class,
        property = {
            "osgi.command.scope=aem",
            "osgi.command.function=sources",
            "osgi.command.function=parts",
            "osgi.command.function=workers",
            "osgi.command.function=mem",
            "osgi.command.function=ledger",
            "osgi.command.function=reports"
        })
public final class RuntimeCommands {
    private static final String JSON = ListCommands.JSON;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    volatile AemRuntime runtime;

    @Descriptor("shows the kinds of events and the sources that serve them")
    public void sources(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("[KIND...]: only these kinds") String... kinds) {
        run(
                "sources",
                runtime,
                r -> print(json, Views.SOURCES, pick(r.sources(), kinds, d -> d.kind, "no such kind:")));
    }

    @Descriptor("shows the replaceable parts: scheduler, memory, io")
    public void parts(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("[PART...]: only these parts") String... parts) {
        run("parts", runtime, r -> print(json, Views.PARTS, pick(r.parts(), parts, d -> d.part, "no such part:")));
    }

    @Descriptor("shows the workers: their duty cycles, and what they refused")
    public void workers(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("[WORKER...]: only these workers") String... workers) {
        run(
                "workers",
                runtime,
                r -> print(json, Views.WORKERS, pick(r.workers(), workers, d -> d.worker, "no answer from worker")));
    }

    @Descriptor("shows the off-heap memory: each worker's, each pool's, and the free blocks by size")
    public void mem(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("[WORKER...]: only the memory of these workers") String... workers) {
        run("mem", runtime, r -> {
            List<MemoryDTO> memory = pick(r.memory(), workers, d -> d.worker, "no answer from worker");
            print(json ? Json.of(memory) : MemoryView.draw(memory));
        });
    }

    @Descriptor("shows the account of all activations, and whether it balances")
    public void ledger(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor(": nothing more") String... words) {
        run("ledger", runtime, r -> {
            nothingMore(words(words));
            LedgerDTO d = r.ledger();
            Map<String, Object> fields = new LinkedHashMap<>(Json.fields(d));
            fields.put("balanced", d.isBalanced());
            print(json ? Json.of(fields) : Views.LEDGER.layout(account(d)));
        });
    }

    @Descriptor("shows what was reported, newest first: each distinct message once, with its count")
    public void reports(
            @Descriptor(JSON)
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor(": nothing more") String... words) {
        run("reports", runtime, r -> {
            nothingMore(words(words));
            print(json, Views.REPORTS, r.reports());
        });
    }

    private static List<Entry> account(LedgerDTO d) {
        return List.of(
                new Entry("offered", d.offered, "= refused + activated"),
                new Entry("refused", d.refused, "before they were activated"),
                new Entry("activated", d.activated, "= the sum of what follows"),
                new Entry("handled", d.handled, "handlers that returned"),
                new Entry("failed", d.failed, "handlers that threw"),
                new Entry("cancelled", d.cancelled, "their event or process ended before"),
                new Entry("shed", d.shed, "given up under overload"),
                new Entry("pending", d.pending, "wait for their handler"),
                new Entry("running", d.running, "handlers that run"),
                new Entry("inTransfer", d.inTransfer, "on their way to another worker or part"),
                new Entry("balanced", d.isBalanced() ? "yes" : "NO", "whether both equations hold"),
                new Entry(
                        "missing",
                        d.missing.isEmpty() ? "none" : d.missing,
                        "workers that did not answer; with any the account is not exact"));
    }
}
