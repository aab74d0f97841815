package aem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.Poller;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a poll reports, and when. */
abstract class IoReadinessContract extends IoEndContract {
    private static final long KEY = 77;
    private static final long SHORT_NS = 1_500_000;

    @Test
    void shouldReportNothingWhenNothingIsWatched() {
        assertEquals(0, poll(0));
        assertEquals(0, poll(1));
        assertEquals(0, poll(SHORT_NS));
    }

    @Test
    void shouldEndAPollWhenTheTimeIsOver() throws IOException {
        poller.add(pair().server(), Poller.IN, KEY);
        assertEquals(0, poll(0));
        assertEquals(0, poll(SHORT_NS));
    }

    @Test
    void shouldReportInputUntilItIsConsumed() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, KEY);
        writeText(pair.client(), "abcdef");
        assertEquals(Poller.IN, awaitReady(KEY, Poller.IN));
        for (int i = 0; i < 3; i++) {
            assertEquals(1, poll(0), "level-triggered");
            assertEquals(Poller.IN, readiness.of(KEY));
        }
        assertResult(2, io.read(pair.server(), memory, 0, 2));
        assertEquals(1, poll(0), "4 bytes are left");
        assertResult(4, io.read(pair.server(), memory, 0, MEMORY_BYTES));
        assertEquals(0, poll(0));
    }

    @Test
    void shouldEndAWaitWithoutLimitWhenInputComes() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, KEY);
        writeText(pair.client(), "x");
        assertEquals(1, poll(-1));
        assertEquals(Poller.IN, readiness.of(KEY));
        assertEquals(1, poll(Long.MAX_VALUE));
    }

    @Test
    void shouldReportAConnectionUntilItIsAccepted() throws IOException {
        TestHandle listener = listen();
        poller.add(listener, Poller.IN, KEY);
        assertEquals(0, poll(0));
        TestHandle client = handle();
        io.connect(client, addressOf(listener));
        assertEquals(Poller.IN, awaitReady(KEY, Poller.IN));
        assertEquals(1, poll(0));
        assertResult(0, io.accept(listener, handle()));
        assertEquals(0, poll(0));
    }

    @Test
    void shouldReportThePeersFinAsInput() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, KEY);
        io.shutdownOutput(pair.client());
        assertEquals(Poller.IN, awaitReady(KEY, Poller.IN));
    }

    @Test
    void shouldReportOnlyWhatIsAskedFor() throws IOException {
        Pair pair = pair();
        writeText(pair.client(), "x");
        poller.add(pair.server(), Poller.IN | Poller.OUT, KEY);
        awaitReady(KEY, Poller.IN | Poller.OUT);
        assertEquals(Poller.IN | Poller.OUT, readiness.of(KEY));
        assertResult(0, poller.modify(pair.server(), Poller.OUT, KEY));
        assertEquals(1, poll(0));
        assertEquals(Poller.OUT, readiness.of(KEY));
        assertResult(0, poller.modify(pair.server(), Poller.IN, KEY));
        assertEquals(1, poll(0));
        assertEquals(Poller.IN, readiness.of(KEY));
        assertResult(0, poller.modify(pair.server(), 0, KEY));
        assertEquals(0, poll(0));
    }

    @Test
    void shouldReportNeitherInputNorFinWithoutInterest() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), 0, KEY);
        writeText(pair.client(), "x");
        io.shutdownOutput(pair.client());
        assertEquals(0, poll(SHORT_NS));
        assertResult(0, poller.modify(pair.server(), Poller.IN, KEY));
        assertEquals(Poller.IN, awaitReady(KEY, Poller.IN));
        assertEquals("x", readText(pair.server()));
    }

    @Test
    void shouldReportAResetWithoutInterest() throws IOException {
        if (!tellsSocketErrors()) {
            return;
        }
        Pair pair = pair();
        poller.add(pair.server(), 0, KEY);
        io.close(pair.client(), true);
        assertEquals(Poller.ERROR | Poller.HANGUP, awaitReady(KEY, Poller.ERROR | Poller.HANGUP));
        assertEquals(1, poll(0), "it can't be masked");
        poller.remove(pair.server());
        assertEquals(0, poll(0), "out of the set");
    }

    @Test
    void shouldReportHangupWhenBothDirectionsAreOver() throws IOException {
        if (!tellsSocketErrors()) {
            return;
        }
        Pair pair = pair();
        poller.add(pair.server(), 0, KEY);
        io.shutdownOutput(pair.client());
        assertEquals(0, poll(SHORT_NS));
        io.shutdownOutput(pair.server());
        assertEquals(Poller.HANGUP, awaitReady(KEY, Poller.HANGUP));
    }

    @Test
    void shouldReportARefusedConnectAsOutput() throws IOException {
        TestHandle client = handle();
        try {
            io.connect(client, unusedAddress());
        } catch (IOException refusedAtOnce) {
            assertTrue(refusedAtOnce.getMessage().contains("ECONNREFUSED"), refusedAtOnce.getMessage());
            return;
        }
        poller.add(client, Poller.OUT, KEY);
        int ready = awaitReady(KEY, Poller.OUT);
        assertEquals(tellsSocketErrors(), (ready & Poller.ERROR) != 0);
    }
}
