package aem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** shutdownOutput, close, reset, and errors of a connection. */
abstract class IoEndContract extends IoTransferContract {
    private static final int RESET = IoResult.of(IoError.CONNECTION_RESET);
    private static final int BROKEN_PIPE = IoResult.of(IoError.BROKEN_PIPE);
    private static final int BAD_HANDLE = IoResult.of(IoError.BAD_HANDLE);

    @Test
    void shouldReadTheRestAndThenEofAgainAndAgain() throws IOException {
        Pair pair = pair();
        writeText(pair.client(), "last words");
        io.close(pair.client(), false);
        assertEquals("last words", readText(pair.server()));
        assertResult(IoResult.EOF, read(pair.server()));
        assertResult(IoResult.EOF, io.read(pair.server(), memory, 0, MEMORY_BYTES));
    }

    @Test
    void shouldStillReceiveAfterShutdownOfOutput() throws IOException {
        Pair pair = pair();
        assertResult(0, io.shutdownOutput(pair.client()));
        assertResult(IoResult.EOF, read(pair.server()));
        writeText(pair.server(), "still here");
        assertEquals("still here", readText(pair.client()));
        assertResult(0, io.shutdownOutput(pair.server()));
        assertResult(IoResult.EOF, read(pair.client()));
    }

    @Test
    void shouldNotWriteAfterShutdownOfOutput() throws IOException {
        Pair pair = pair();
        io.shutdownOutput(pair.client());
        assertResult(BROKEN_PIPE, io.write(pair.client(), memory, 0, 1));
    }

    @Test
    void shouldTellAResetByThePeerToTheReader() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, 3);
        io.close(pair.client(), true);
        awaitReady(3, Poller.IN);
        assertResult(RESET, io.read(pair.server(), memory, 0, MEMORY_BYTES));
    }

    @Test
    void shouldTellAResetByTheServerToTheClient() throws IOException {
        Pair pair = pair();
        poller.add(pair.client(), Poller.IN, 3);
        io.close(pair.server(), true);
        awaitReady(3, Poller.IN);
        assertResult(RESET, io.read(pair.client(), memory, 0, MEMORY_BYTES));
    }

    @Test
    void shouldTellAResetToTheWriter() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, 3);
        io.close(pair.client(), true);
        awaitReady(3, Poller.IN);
        int result = io.write(pair.server(), memory, 0, 1);
        assertTrue(result == RESET || result == BROKEN_PIPE, () -> "write: " + describe(result));
        assertTrue(IoResult.isError(io.write(pair.server(), memory, 0, 1)));
    }

    @Test
    void shouldDropUnsentBytesAtReset() throws IOException {
        Pair pair = pair();
        long filledBytes = fill(pair.client());
        io.close(pair.client(), true);
        int[] last = new int[1];
        long[] readBytes = new long[1];
        await(() -> {
            last[0] = read(pair.server());
            readBytes[0] += Math.max(0, last[0]);
            return last[0] <= 0;
        });
        assertResult(RESET, last[0]);
        assertTrue(readBytes[0] < filledBytes, readBytes[0] + " of " + filledBytes);
    }

    @Test
    void shouldTellTheEndToAWriterWhosePeerHasClosed() throws IOException {
        Pair pair = pair();
        io.close(pair.client(), false);
        assertResult(IoResult.EOF, read(pair.server()));
        int result = untilError(pair.server());
        assertTrue(result == RESET || result == BROKEN_PIPE, () -> "write: " + describe(result));
    }

    private int untilError(TestHandle handle) {
        int[] result = new int[1];
        await(() -> {
            result[0] = io.write(handle, memory, 0, 1);
            return IoResult.isError(result[0]);
        });
        return result[0];
    }

    @Test
    void shouldTakeNoErrorFromAHealthySocket() throws IOException {
        Pair pair = pair();
        assertResult(0, io.takeError(pair.client()));
        assertResult(0, io.takeError(pair.server()));
    }

    @Test
    void shouldTakeThePendingErrorOnce() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, 3);
        io.close(pair.client(), true);
        awaitReady(3, Poller.IN);
        assertResult(tellsSocketErrors() ? RESET : 0, io.takeError(pair.server()));
        assertResult(0, io.takeError(pair.server()));
    }

    @Test
    void shouldHaveNoPeerAddressAfterReset() throws IOException {
        Pair pair = pair();
        poller.add(pair.server(), Poller.IN, 3);
        assertNotEquals(null, io.remoteAddress(pair.server()));
        io.close(pair.client(), true);
        awaitReady(3, Poller.IN);
        assertResult(RESET, read(pair.server()));
        if (tellsSocketErrors()) {
            assertNull(io.remoteAddress(pair.server()));
        }
    }

    @Test
    void shouldCloseTwice() throws IOException {
        Pair pair = pair();
        io.close(pair.client(), false);
        assertFalse(pair.client().isOpen());
        io.close(pair.client(), false);
        io.close(pair.client(), true);
        assertFalse(pair.client().isOpen());
    }

    @Test
    void shouldRefuseCallsOnAClosedSocket() throws IOException {
        TestHandle client = pair().client();
        io.close(client, false);
        assertResult(BAD_HANDLE, io.read(client, memory, 0, 1));
        assertResult(BAD_HANDLE, io.write(client, memory, 0, 1));
        assertResult(BAD_HANDLE, io.shutdownOutput(client));
        assertResult(BAD_HANDLE, io.finishConnect(client));
        assertResult(BAD_HANDLE, io.takeError(client));
        assertResult(BAD_HANDLE, poller.add(client, Poller.IN, 1));
        assertResult(BAD_HANDLE, poller.modify(client, Poller.IN, 1));
        poller.remove(client);
        assertNull(io.localAddress(client));
        assertNull(io.remoteAddress(client));
    }
}
