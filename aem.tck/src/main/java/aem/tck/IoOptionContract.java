package aem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.SocketOption;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The options of a live connection. */
abstract class IoOptionContract extends IoWakeupContract {
    @Test
    void shouldSendWithoutDelayByDefault() throws IOException {
        Pair pair = pair();
        assertEquals(1, io.option(pair.client(), SocketOption.NO_DELAY));
        assertEquals(1, io.option(pair.server(), SocketOption.NO_DELAY));
    }

    @Test
    void shouldSetAndClearFlags() throws IOException {
        TestHandle client = pair().client();
        for (SocketOption flag : new SocketOption[] {SocketOption.NO_DELAY, SocketOption.KEEP_ALIVE}) {
            io.option(client, flag, 1);
            assertEquals(1, io.option(client, flag), flag::name);
            io.option(client, flag, 0);
            assertEquals(0, io.option(client, flag), flag::name);
        }
    }

    @Test
    void shouldSetBufferSizes() throws IOException {
        TestHandle client = pair().client();
        for (SocketOption size :
                new SocketOption[] {SocketOption.SEND_BUFFER_BYTES, SocketOption.RECEIVE_BUFFER_BYTES}) {
            io.option(client, size, 32_768);
            assertTrue(io.option(client, size) >= 32_768, () -> size.name());
        }
    }

    @Test
    void shouldSetTheUserTimeoutOrNameIt() throws IOException {
        TestHandle client = pair().client();
        try {
            io.option(client, SocketOption.USER_TIMEOUT_MS, 12_345);
        } catch (IOException notOnThisSystem) {
            assertTrue(notOnThisSystem.getMessage().contains("USER_TIMEOUT_MS"), notOnThisSystem.getMessage());
            return;
        }
        assertEquals(12_345, io.option(client, SocketOption.USER_TIMEOUT_MS));
    }

    @Test
    void shouldNameOptionAndErrorOfAClosedSocket() throws IOException {
        TestHandle client = pair().client();
        io.close(client, false);
        for (SocketOption option : SocketOption.values()) {
            IOException read = assertThrows(IOException.class, () -> io.option(client, option));
            assertNames(read, option, "EBADF");
            IOException set = assertThrows(IOException.class, () -> io.option(client, option, 1));
            assertNames(set, option, "EBADF");
            assertTrue(set.getMessage().contains("1"), set.getMessage());
        }
    }

    private static void assertNames(IOException thrown, SocketOption option, String errnoName) {
        assertTrue(thrown.getMessage().contains(option.name()), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(errnoName), thrown.getMessage());
    }
}
