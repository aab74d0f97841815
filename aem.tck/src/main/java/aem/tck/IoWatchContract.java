package aem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoResult;
import aem.api.io.Poller;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** add, modify, remove, keys, and what a sink may do. */
abstract class IoWatchContract extends IoReadinessContract {
    /** The batch of a poller that is not configured. */
    private static final int BATCH = 256;

    private static final long[] KEYS = {
        0, 1, -1, 0x1_0000_0000L, 0xffff_ffffL, Long.MAX_VALUE, Long.MIN_VALUE, 0x0123_4567_89ab_cdefL
    };

    @Test
    void shouldReportAnyKeyAsItWasGiven() throws IOException {
        TestHandle listener = listen();
        for (long key : KEYS) {
            Pair pair = pair(listener, addressOf(listener));
            writeText(pair.client(), "x");
            assertResult(0, poller.add(pair.server(), Poller.IN, key));
        }
        await(() -> poll(0) == KEYS.length);
        for (long key : KEYS) {
            assertEquals(Poller.IN, readiness.of(key), () -> "key " + key);
        }
    }

    @Test
    void shouldReportTheNewKey() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, 1);
        writeText(pair.client(), "x");
        awaitReady(1, Poller.IN);
        assertResult(0, poller.modify(pair.server(), Poller.IN, 2));
        assertEquals(1, poll(0));
        assertEquals(Poller.IN, readiness.of(2));
    }

    @Test
    void shouldReportNothingOfARemovedHandle() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, 1);
        writeText(pair.client(), "x");
        awaitReady(1, Poller.IN);
        poller.remove(pair.server());
        assertEquals(0, poll(0));
        poller.remove(pair.server());
        assertResult(0, poller.add(pair.server(), Poller.IN, 2));
        awaitReady(2, Poller.IN);
        assertEquals("x", readText(pair.server()));
    }

    @Test
    void shouldRefuseToWatchTwiceAndToModifyWhatIsNotWatched() throws IOException {
        Pair pair = pair();
        assertResult(0, poller.add(pair.server(), Poller.IN, 1));
        assertTrue(IoResult.isError(poller.add(pair.server(), Poller.IN, 2)));
        assertTrue(IoResult.isError(poller.modify(pair.client(), Poller.IN, 3)));
        writeText(pair.client(), "x");
        awaitReady(1, Poller.IN);
    }

    @Test
    void shouldNeverReportAClosedHandlesKeyForItsSuccessor() throws IOException {
        TestHandle listener = listen();
        for (int round = 0; round < 100; round++) {
            Pair pair = pair(listener, addressOf(listener));
            poller.add(pair.server(), Poller.IN, round);
            writeText(pair.client(), "x");
            awaitReady(round, Poller.IN);
            poller.remove(pair.server());
            close(pair);
            Pair next = pair(listener, addressOf(listener)); // most likely with the same descriptors
            assertResult(0, poller.add(next.server(), Poller.IN, -1 - round));
            writeText(next.client(), "y");
            awaitReady(-1 - round, Poller.IN);
            assertEquals(1, readiness.byKey.size());
            poller.remove(next.server());
            close(next);
        }
    }

    @Test
    void shouldReportAllOfMoreThanABatch() throws IOException {
        TestHandle listener = listen();
        int connections = BATCH + 50;
        for (int key = 0; key < connections; key++) {
            Pair pair = pair(listener, addressOf(listener));
            poller.add(pair.server(), Poller.IN, key);
            writeText(pair.client(), "x");
        }
        Set<Long> reported = new HashSet<>();
        await(() -> {
            assertTrue(poll(0) <= BATCH, () -> "a batch of " + readiness.byKey.size());
            reported.addAll(readiness.byKey.keySet());
            return reported.size() == connections;
        });
    }

    @Test
    void shouldLetTheSinkChangeTheSet() throws IOException {
        Pair first = pair();
        Pair second = pair();
        poller.add(first.server(), Poller.IN, 1);
        writeText(first.client(), "x");
        writeText(second.client(), "y");
        awaitReady(1, Poller.IN);
        int[] calls = new int[1];
        int count = poller.poll(0, (key, ready) -> {
            calls[0]++;
            assertEquals(1, key);
            assertResult(0, poller.add(second.server(), 0, 2));
            assertResult(0, poller.modify(second.server(), Poller.IN, 3));
            poller.remove(first.server());
            io.close(first.server(), false);
            poller.wakeup();
        });
        assertEquals(1, count);
        assertEquals(1, calls[0]);
        awaitReady(3, Poller.IN);
        assertEquals(1, readiness.byKey.size());
    }

    @Test
    void shouldReportAgainWhatASinkFailedToTake() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, 1);
        writeText(pair.client(), "x");
        awaitReady(1, Poller.IN);
        RuntimeException failure = new IllegalStateException("the sink's own");
        Poller.Sink failing = (key, ready) -> {
            throw failure;
        };
        assertSame(failure, assertThrows(RuntimeException.class, () -> poller.poll(0, failing)));
        assertEquals(1, poll(0));
        assertEquals(Poller.IN, readiness.of(1));
    }

    @Test
    void shouldGoOnWithASuccessor() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, 1);
        writeText(pair.client(), "before");
        awaitReady(1, Poller.IN);
        poller.close();
        poller = provider().openPoller();
        assertResult(0, poller.add(pair.server(), Poller.IN, 2));
        awaitReady(2, Poller.IN);
        assertEquals("before", readText(pair.server()));
        writeText(pair.client(), "after");
        awaitReady(2, Poller.IN);
        assertEquals("after", readText(pair.server()));
    }

    @Test
    void shouldCloseWithHandlesWatchedAndTwice() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, 1);
        poller.close();
        poller.close();
        writeText(pair.client(), "alive");
        assertEquals("alive", readText(pair.server()));
        assertTrue(IoResult.isError(poller.add(pair.client(), Poller.IN, 1)));
        poller.remove(pair.server());
    }

    @Test
    void shouldWatchAgainWhatItHasForgottenWithoutAPollBetween() throws IOException {
        Pair pair = pair();
        writeText(pair.client(), "x");
        assertResult(0, poller.add(pair.server(), Poller.IN, 1));
        poller.remove(pair.server());
        assertTrue(IoResult.isError(poller.modify(pair.server(), Poller.IN, 2)));
        assertResult(0, poller.add(pair.server(), Poller.IN, 3));
        awaitReady(3, Poller.IN);
        assertEquals(1, readiness.byKey.size());
    }

    @Test
    void shouldStopTheBatchWhenTheSinkClosesThePoller() throws IOException {
        Pair first = pair();
        Pair second = pair();
        poller.add(first.client(), Poller.OUT, 1);
        poller.add(second.client(), Poller.OUT, 2);
        assertEquals(1, poller.poll(-1, (key, ready) -> poller.close()));
    }
}
