package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import aem.api.AemProcesses;
import aem.api.AemRuntime;
import aem.api.dto.LedgerDTO;
import aem.api.dto.MemoryDTO;
import aem.api.dto.ProcessDTO;
import aem.api.dto.ReportDTO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;

/** The runtime under test, from within the framework. */
final class Aem {
    /** What is in use when nothing goes on. */
    record Base(long events, long connections, long blocks, long files) {}

    /** The bundles that can be exchanged while the runtime is up. */
    static final List<String> PARTS = List.of("aem.scheduler", "aem.memory", "aem.io.epoll", "aem.socket", "aem.timer");

    final BundleContext context;

    Aem(BundleContext context) {
        this.context = context;
    }

    // ---- services and bundles -------------------------------------------------------------------------------------

    <S> S service(Class<S> type) {
        return service(type, null);
    }

    /** The service, as soon as there is one. */
    <S> S service(Class<S> type, String filter) {
        return Await.value("service " + type.getName() + (filter == null ? "" : " " + filter), () -> {
            try {
                for (ServiceReference<S> reference : context.getServiceReferences(type, filter)) {
                    S service = context.getService(reference);
                    if (service != null) {
                        return service;
                    }
                }
                return null;
            } catch (org.osgi.framework.InvalidSyntaxException e) {
                throw new IllegalArgumentException(filter, e);
            }
        });
    }

    AemRuntime runtime() {
        return service(AemRuntime.class);
    }

    AemProcesses processes() {
        return service(AemProcesses.class);
    }

    Bundle bundle(String name) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not installed"));
    }

    void stopAndStart(String name) throws BundleException {
        Bundle bundle = bundle(name);
        bundle.stop();
        bundle.start();
    }

    /** Reads the bundle anew from where it was installed from: another class loader. */
    void update(String name) throws BundleException {
        bundle(name).update();
    }

    /** Takes the bundle out of the framework, and the same jar in again: another bundle, another class loader. */
    void reinstall(String name) throws BundleException {
        bundle(name).uninstall();
        context.installBundle(ExportedRuntime.jar(name).toUri().toString()).start();
    }

    /** The i-th of a row of exchanges: stop and start, update, uninstall and install. */
    void exchange(String name, int i) throws BundleException {
        switch (i % 3) {
            case 0 -> stopAndStart(name);
            case 1 -> update(name);
            default -> reinstall(name);
        }
    }

    WeakReference<ClassLoader> loader(String name) {
        return new WeakReference<>(bundle(name).adapt(BundleWiring.class).getClassLoader());
    }

    /** Waits until all of these are collected but the one that the bundle has now. */
    void awaitCollected(String name, List<WeakReference<ClassLoader>> loaders) {
        Await.until(() -> live(name, loaders) + " old class loaders of " + name + " are still there", () -> {
            System.gc();
            return live(name, loaders) == 0;
        });
    }

    private long live(String name, List<WeakReference<ClassLoader>> loaders) {
        ClassLoader current = bundle(name).adapt(BundleWiring.class).getClassLoader();
        return loaders.stream()
                .map(WeakReference::get)
                .filter(loader -> loader != null && loader != current)
                .distinct()
                .count();
    }

    // ---- the example echo -----------------------------------------------------------------------------------------

    /** The port of the example echo: any but its default, which it has only until its configuration was read. */
    int echoPort() {
        return Await.value(
                "the echo listens",
                () -> runtime().connections().stream()
                        .filter(dto -> dto.state.equals("LISTENING") && dto.process.equals("echo"))
                        .map(dto -> Integer.valueOf(dto.local.substring(dto.local.lastIndexOf(':') + 1)))
                        .filter(port -> port != 7007)
                        .findFirst()
                        .orElse(null));
    }

    void assertEchoWorks() throws IOException {
        try (EchoClient client = new EchoClient(echoPort(), 7007)) {
            for (int i = 0; i < 10; i++) {
                client.randomRound(32 << 10);
            }
            client.shutdownOutput();
            client.expectEnd();
        }
    }

    // ---- accounts -------------------------------------------------------------------------------------------------

    Base base() {
        return new Base(runtime().events().size(), runtime().connections().size(), usedBlocks(), openFiles());
    }

    /** Waits until no more is in use than at the base. */
    void awaitBase(Base base) {
        Await.until(() -> "in use " + base() + ", at the base " + base, () -> {
            Base now = base();
            return now.events == base.events
                    && now.connections == base.connections
                    && now.blocks <= base.blocks
                    && now.files <= base.files;
        });
    }

    long usedBlocks() {
        return runtime().memory().stream()
                .mapToLong((MemoryDTO dto) -> dto.usedBlocks)
                .sum();
    }

    static long openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void assertBalanced() {
        LedgerDTO ledger = runtime().ledger();
        String text = "offered " + ledger.offered + " = refused " + ledger.refused + " + activated " + ledger.activated
                + " = handled " + ledger.handled + " + failed " + ledger.failed + " + cancelled " + ledger.cancelled
                + " + shed " + ledger.shed + " + pending " + ledger.pending + " + running " + ledger.running
                + " + in transfer " + ledger.inTransfer;
        assertEquals("workers that did not answer", List.of(), ledger.missing);
        assertTrue(text, ledger.isBalanced());
        runtime().workers().forEach(worker -> {
            assertEquals("moves that the job automaton refused", 0, worker.illegalTransitions);
            assertEquals("choices against the order of weights", 0, worker.orderViolations);
        });
    }

    ProcessDTO process(long id) {
        return runtime().processes().stream()
                .filter(dto -> dto.id == id)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no process " + id));
    }

    List<String> reports() {
        return runtime().reports().stream().map((ReportDTO dto) -> dto.message).toList();
    }

    /** Nothing went wrong. That a handler took long is no fault of anybody's on a busy machine. */
    void assertNoReports() {
        assertEquals(
                List.of(),
                reports().stream()
                        .filter(report -> !report.contains("ran longer than"))
                        .toList());
    }

    /** Waits for a report that has all of these in it. */
    String awaitReport(String... parts) {
        return Await.value(
                () -> "a report with " + List.of(parts) + "; there are " + reports(),
                () -> reports().stream()
                        .filter(report -> Arrays.stream(parts).allMatch(report::contains))
                        .findFirst()
                        .orElse(null));
    }

    /** The names of the core's threads, sorted. */
    static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("aem-"))
                .sorted()
                .toList();
    }
}
