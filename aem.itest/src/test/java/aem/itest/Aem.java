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
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;

/** The runtime under test, from within the framework. */
final class Aem {
    /** What is in use when nothing goes on. */
    record Base(long events, long connections, long blocks, List<String> handles) {}

    /** The bundle of the I/O provider that these tests run with. */
    static final String IO = "nio".equals(System.getProperty("aem.io")) ? "aem.io.nio" : "aem.io.epoll";

    /** The bundles that can be exchanged while the runtime is up. */
    static final List<String> PARTS = List.of("aem.scheduler", "aem.memory", IO, "aem.socket", "aem.timer");

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
        awaitCollected(name, loaders, 0);
    }

    /** Waits until at most so many of these are there beside the one that the bundle has now. */
    void awaitCollected(String name, List<WeakReference<ClassLoader>> loaders, int most) {
        Await.until(
                () -> "the old class loaders of " + name + " go; there are still those of the exchanges "
                        + live(name, loaders).values(),
                () -> {
                    System.gc();
                    return live(name, loaders).size() <= most;
                });
    }

    /** Those of them that are still there, each with the first exchange that it was seen at. */
    private Map<ClassLoader, Integer> live(String name, List<WeakReference<ClassLoader>> loaders) {
        ClassLoader current = bundle(name).adapt(BundleWiring.class).getClassLoader();
        IdentityHashMap<ClassLoader, Integer> live = new IdentityHashMap<>();
        for (int i = 0; i < loaders.size(); i++) {
            ClassLoader loader = loaders.get(i).get();
            if (loader != null && loader != current) {
                live.putIfAbsent(loader, i);
            }
        }
        return live;
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

    /** As soon as there is no connection: what is in use then. */
    Base base() {
        Await.until(
                "all connections have ended",
                () -> runtime().connections().stream().allMatch(dto -> dto.state.equals("LISTENING")));
        return inUse();
    }

    private Base inUse() {
        return new Base(runtime().events().size(), runtime().connections().size(), usedBlocks(), handles());
    }

    /** Waits until no more is in use than at the base. */
    void awaitBase(Base base) {
        Await.until(() -> "in use " + inUse() + ", at the base " + base, () -> {
            Base now = inUse();
            return now.events == base.events
                    && now.connections == base.connections
                    && now.blocks <= base.blocks
                    && now.handles.size() <= base.handles.size();
        });
    }

    long usedBlocks() {
        return runtime().memory().stream()
                .mapToLong((MemoryDTO dto) -> dto.usedBlocks)
                .sum();
    }

    /**
     * The file descriptors of this JVM that are no files: network sockets, event polls, pipes. Jars are the JVM's own
     * matter, and so are local sockets, of which it makes some when first it closes a socket that a thread reads.
     */
    private static List<String> handles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"));
                Stream<String> local = Files.lines(Path.of("/proc/self/net/unix"))) {
            Set<String> inodes = local.map(line -> line.trim().split(" +"))
                    .map(words -> words.length < 7 ? "" : "socket:[" + words[6] + "]")
                    .collect(Collectors.toSet());
            return files.map(Aem::target)
                    .filter(target -> !target.startsWith("/") && !inodes.contains(target))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "/"; // closed meanwhile
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
