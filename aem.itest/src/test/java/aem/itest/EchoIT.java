package aem.itest;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import aem.api.dto.ConnectionDTO;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
import org.osgi.framework.BundleContext;

/** A byte travels through the house and back. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class EchoIT {
    private static final int MANY = 1_000;

    @Inject
    private BundleContext context;

    private Aem aem;
    private int port;
    private Aem.Base base;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("EchoIT").toAbsolutePath())};
    }

    /** The base is taken when everything has been used once, so that no class or file is new to the JVM later. */
    @Before
    public void warmUp() throws Exception {
        aem = new Aem(context);
        port = aem.echoPort();
        forEachOf(10, this::endAtRandom);
        base = aem.base();
    }

    @After
    public void shouldHaveNothingLeft() {
        aem.awaitBase(base);
        aem.assertBalanced();
        aem.assertNoReports();
    }

    @Test
    public void shouldEchoAMebibyteInPiecesOfRandomSizeByteForByte() throws Exception {
        try (EchoClient client = new EchoClient(port, 1)) {
            byte[] bytes = client.randomBytes(1 << 20);
            Thread sender = sendInPieces(client, bytes, new Random(2), false);
            client.expect(bytes);
            Await.end(sender);
        }
    }

    @Test
    public void shouldSendEveryByteAfterTheClientHasEndedItsOutput() throws Exception {
        try (EchoClient client = new EchoClient(port, 3)) {
            byte[] bytes = client.randomBytes(300_000);
            Thread sender = sendInPieces(client, bytes, new Random(4), true);
            // nothing is read before all is sent or the way is full, so that unsent bytes wait behind the end of input
            Await.until("the echo is half closed, or full", () -> !sender.isAlive() || unsentBytes() > 0);
            assertArrayEquals(bytes, client.socket().getInputStream().readAllBytes());
            Await.end(sender);
        }
    }

    @Test
    public void shouldServeAThousandConnectionsAtOnce() throws Exception {
        CountDownLatch connected = new CountDownLatch(MANY);
        CountDownLatch answered = new CountDownLatch(MANY);
        CountDownLatch counted = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                int seed = i;
                clients.add(executor.submit(() -> {
                    try (EchoClient client = new EchoClient(port, seed)) {
                        byte[] bytes = client.randomBytes(1 + seed * 7);
                        connected.countDown();
                        await(connected);
                        client.send(bytes);
                        client.expect(bytes);
                        answered.countDown();
                        await(counted);
                    }
                    return null;
                }));
            }
            await(answered);
            assertEquals(base.connections() + MANY, aem.runtime().connections().size());
            assertEquals(base.events() + MANY, aem.runtime().events().size());
            counted.countDown();
            for (Future<?> client : clients) {
                client.get(Await.LIMIT_MS, TimeUnit.MILLISECONDS);
            }
        }
    }

    @Test
    public void shouldLeaveNothingBehindWhenAThousandConnectionsEndAtRandomMoments() throws Exception {
        forEachOf(MANY, this::endAtRandom);
    }

    private interface ClientTask {
        void run(int number) throws Exception;
    }

    private static void forEachOf(int count, ClientTask task) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                clients.add(executor.submit(() -> {
                    task.run(number);
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get(Await.LIMIT_MS, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Sends some, takes some of it back or nothing, and ends: by reset, by close, or by half-close and the rest. */
    private void endAtRandom(int number) throws IOException {
        Random random = new Random(number);
        try (EchoClient client = new EchoClient(port, number)) {
            for (int rounds = random.nextInt(4); rounds > 0; rounds--) {
                client.randomRound(8 << 10);
            }
            byte[] last = client.randomBytes(random.nextInt(64 << 10));
            int how = number % 5;
            if (how == 0) {
                client.reset(); // nothing is under way
                return;
            }
            client.send(last);
            switch (how) {
                case 1 -> client.reset(); // the echo reads or writes
                case 2 -> client.socket().close(); // bytes that nobody reads make a reset of it
                case 3 -> {
                    client.shutdownOutput();
                    client.expect(last);
                    client.expectEnd();
                }
                default -> {
                    client.shutdownOutput();
                    client.expect(Arrays.copyOf(last, random.nextInt(last.length + 1)));
                    client.reset(); // half closed, and then gone
                }
            }
        }
    }

    private static Thread sendInPieces(EchoClient client, byte[] bytes, Random random, boolean end) {
        return Thread.ofPlatform().name("sender").daemon().start(() -> {
            try {
                for (int sent = 0; sent < bytes.length; ) {
                    int count = Math.min(bytes.length - sent, 1 + random.nextInt(1 << random.nextInt(17)));
                    client.send(Arrays.copyOfRange(bytes, sent, sent + count));
                    sent += count;
                }
                if (end) {
                    client.shutdownOutput();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private long unsentBytes() {
        return aem.runtime().connections().stream()
                .mapToLong((ConnectionDTO dto) -> dto.unsentBytes)
                .sum();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(Await.LIMIT_MS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still " + latch.getCount() + " to go");
        }
    }
}
