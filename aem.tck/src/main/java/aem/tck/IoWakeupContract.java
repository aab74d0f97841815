package aem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoResult;
import aem.api.io.Poller;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** wakeup: from any thread, at any time. */
abstract class IoWakeupContract extends IoWatchContract {
    private static final int THREADS = 4;

    @Test
    void shouldEndTheNextPoll() {
        poller.wakeup();
        assertEquals(0, poll(-1), "a wake-up is no handle");
        assertEquals(0, poll(0));
    }

    @Test
    void shouldEndOnePollHoweverOftenItWasAskedTo() {
        for (int i = 0; i < 1_000; i++) {
            poller.wakeup();
        }
        assertEquals(0, poll(-1));
        assertEquals(0, poll(1_000_000));
    }

    @Test
    void shouldEndAWaitingPollEachTime() throws InterruptedException {
        int rounds = 2_000;
        AtomicInteger polls = new AtomicInteger();
        Thread waker = Thread.ofPlatform().start(() -> {
            for (int round = 0; round < rounds; round++) {
                int current = round;
                await(() -> polls.get() == current);
                poller.wakeup();
            }
        });
        for (int round = 0; round < rounds; round++) {
            assertEquals(0, poll(-1));
            polls.incrementAndGet();
        }
        waker.join();
    }

    @Test
    void shouldReportWhatIsReadyBesidesAWakeup() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, 1);
        writeText(pair.client(), "x");
        awaitReady(1, Poller.IN);
        poller.wakeup();
        assertEquals(1, poll(-1));
        assertEquals(Poller.IN, readiness.of(1));
        assertEquals(1, poll(-1));
    }

    @Test
    void shouldNeverBeLostFromManyThreads() throws InterruptedException {
        int each = 5_000;
        AtomicInteger sent = new AtomicInteger();
        List<Thread> wakers = startWakers(() -> {
            for (int i = 0; i < each; i++) {
                sent.incrementAndGet();
                poller.wakeup();
            }
        });
        // each waker's last wakeup follows its last count: so a poll ends after the last count
        while (sent.get() < THREADS * each) {
            assertEquals(0, poll(-1));
        }
        for (Thread waker : wakers) {
            waker.join();
        }
    }

    @Test
    void shouldDoNothingAfterClose() throws IOException {
        poller.close();
        Pair pair = pairOfAnotherPoller();
        for (int i = 0; i < 100; i++) {
            poller.wakeup();
        }
        assertUntouched(pair);
        poller.close();
    }

    @Test
    void shouldTouchNoSocketThatGotTheDescriptorsOfAClosedPoller() throws Exception {
        Poller[] current = {poller};
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> wakers = startWakers(() -> {
            while (!over.get()) {
                synchronized (current) {
                    poller = current[0];
                }
                poller.wakeup();
            }
        });
        for (int round = 0; round < 300; round++) {
            current[0].close();
            Pair pair = pairOfAnotherPoller();
            assertUntouched(pair);
            close(pair);
            synchronized (current) {
                current[0] = io.openPoller();
            }
        }
        over.set(true);
        for (Thread waker : wakers) {
            waker.join();
        }
        current[0].close();
    }

    /** Else a handler's interrupt of its own thread would have the worker spin. */
    @Test
    void shouldNotBeReplacedByAnInterrupt() throws InterruptedException {
        Thread waiter = Thread.currentThread();
        waiter.interrupt();
        long startNs = System.nanoTime();
        assertEquals(0, poll(20_000_000));
        assertTrue(System.nanoTime() - startNs > 15_000_000, "an interrupted thread waits");
        AtomicBoolean woken = new AtomicBoolean();
        Thread interrupter = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 100; i++) {
                waiter.interrupt();
                Thread.yield();
            }
            woken.set(true);
            poller.wakeup();
        });
        assertEquals(0, poll(-1));
        assertTrue(woken.get(), "a wait was ended by an interrupt");
        await(() -> !interrupter.isAlive());
        Thread.interrupted();
    }

    private static List<Thread> startWakers(Runnable body) {
        List<Thread> wakers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            wakers.add(Thread.ofPlatform().start(body));
        }
        return wakers;
    }

    /** Connected without a poller: the first free descriptors go to the sockets. */
    private Pair pairOfAnotherPoller() throws IOException {
        TestHandle listener = listen();
        TestHandle client = handle();
        io.connect(client, addressOf(listener));
        assertResult(0, untilDone(() -> io.finishConnect(client)));
        TestHandle server = handle();
        assertResult(0, untilDone(() -> io.accept(listener, server)));
        io.close(listener, false);
        return new Pair(client, server);
    }

    private void assertUntouched(Pair pair) {
        assertResult(IoResult.WOULD_BLOCK, io.read(pair.client(), memory, 0, MEMORY_BYTES));
        assertResult(IoResult.WOULD_BLOCK, io.read(pair.server(), memory, 0, MEMORY_BYTES));
        assertFalse(IoResult.isError(io.takeError(pair.client())));
    }
}
