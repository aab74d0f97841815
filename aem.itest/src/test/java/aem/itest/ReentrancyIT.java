package aem.itest;

import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Handlers that move bundles, and that meet those who do: nobody waits for ever, and the runtime goes on. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ReentrancyIT {
    private static final int ROUNDS = 10;

    @Inject
    private BundleContext context;

    private Aem aem;
    private Bundle reentrant;

    private interface Task {
        void run() throws Exception;
    }

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("ReentrancyIT").toAbsolutePath())};
    }

    @Before
    public void installReentrant() throws Exception {
        aem = new Aem(context);
        aem.assertEchoWorks();
        reentrant = ExportedRuntime.install(context, "reentrant");
        reentrant.start();
    }

    @After
    public void shouldGoOn() throws Exception {
        inTime("uninstall", () -> reentrant.uninstall());
        assertTrue(aem.runtime().processes().stream().noneMatch(process -> process.name.equals("reentrant")));
        aem.assertEchoWorks();
        aem.assertBalanced();
        aem.assertNoReports();
    }

    @Test
    public void shouldStopABundleThatItsOwnHandlerStops() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            try (EchoClient client = new EchoClient(port(), i)) {
                echo(client, 'x');
                client.send(new byte[] {'S'});
                client.awaitEnd();
            }
            Await.until(() -> reentrant + " has stopped", () -> reentrant.getState() == Bundle.RESOLVED);
            Await.until(
                    "its process has ended",
                    () -> aem.runtime().processes().stream().noneMatch(process -> process.name.equals("reentrant")));
            inTime("start", () -> reentrant.start());
        }
    }

    @Test
    public void shouldUpdateTheSourceThatCallsTheHandlerWhichUpdatesIt() throws Exception {
        long generation = generation("socket");
        try (EchoClient client = new EchoClient(port(), 1)) {
            for (int i = 1; i <= ROUNDS; i++) {
                echo(client, 'U');
                echo(client, 'x');
                aem.assertEchoWorks();
                long next = generation + i; // the exchange comes after the handler, not within its call of update
                Await.until("generation " + next, () -> generation("socket") == next);
            }
        }
    }

    @Test
    public void shouldGetServicesInAHandlerWhilePartsStopAndStart() throws Exception {
        AtomicLong answers = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (EchoClient client = new EchoClient(port(), 1)) {
            Thread getter = Thread.ofPlatform().name("getter").daemon().start(() -> {
                try {
                    while (!done.get()) {
                        echo(client, 'G');
                        answers.incrementAndGet();
                    }
                } catch (Throwable t) {
                    failure.compareAndSet(null, t);
                }
            });
            for (int i = 0; i < ROUNDS; i++) {
                for (String part : Aem.PARTS) {
                    long before = answers.get();
                    int round = i;
                    inTime(part, () -> aem.exchange(part, round));
                    Await.until(
                            "the handler answers after the exchange of " + part,
                            () -> failure.get() != null || answers.get() >= before + 2);
                }
            }
            done.set(true);
            Await.end(getter);
        }
        assertNull(failure.get());
    }

    private int port() {
        return aem.service(IntSupplier.class, "(aem.itest=reentrant)").getAsInt();
    }

    private static void echo(EchoClient client, char command) throws IOException {
        byte[] bytes = {(byte) command};
        client.send(bytes);
        client.expect(bytes);
    }

    private long generation(String kind) {
        return aem.runtime().sources().stream()
                .filter(dto -> dto.kind.equals(kind))
                .findFirst()
                .orElseThrow()
                .generation;
    }

    /** On a thread of its own, so that a deadlock is a failed test with all stacks, and no hang. */
    private static void inTime(String name, Task task) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Await.end(Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                task.run();
            } catch (Throwable t) {
                failure.set(t);
            }
        }));
        if (failure.get() != null) {
            throw new AssertionError(name, failure.get());
        }
    }
}
