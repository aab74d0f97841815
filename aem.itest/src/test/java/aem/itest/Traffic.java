package aem.itest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/** Clients that send random bytes to an echo and check what comes back, round after round on the same connections. */
final class Traffic implements AutoCloseable {
    private static final int MOST_BYTES = 8 << 10;

    private final int port;
    private final AtomicLongArray rounds;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean ended;

    Traffic(int port, int clients) {
        this.port = port;
        rounds = new AtomicLongArray(clients);
        for (int i = 0; i < clients; i++) {
            int client = i;
            threads.add(Thread.ofPlatform().name("client-" + i).daemon().start(() -> run(client)));
        }
        awaitProgress();
    }

    private void run(int client) {
        try (EchoClient echo = new EchoClient(port, client)) {
            while (!ended) {
                echo.randomRound(MOST_BYTES);
                rounds.incrementAndGet(client);
            }
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
        }
    }

    /** Waits until every client has made another whole round, begun after this call. */
    void awaitProgress() {
        long[] before = new long[rounds.length()];
        for (int i = 0; i < before.length; i++) {
            before[i] = rounds.get(i);
        }
        for (int i = 0; i < before.length; i++) {
            int client = i;
            Await.until(() -> "client " + client + " stands at round " + rounds.get(client), () -> {
                check();
                return rounds.get(client) >= before[client] + 2;
            });
        }
    }

    private void check() {
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new AssertionError("traffic failed: " + thrown, thrown);
        }
    }

    /** Ends all clients; fails if one has failed. */
    @Override
    public void close() {
        ended = true;
        for (Thread thread : threads) {
            Await.end(thread);
        }
        check();
    }
}
