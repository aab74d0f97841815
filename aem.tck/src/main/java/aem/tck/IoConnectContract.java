package aem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

/** connect and finishConnect. */
abstract class IoConnectContract extends IoListenContract {
    @Test
    void shouldReportOutputWhenConnected() throws IOException {
        TestHandle listener = listen();
        TestHandle client = handle();
        io.connect(client, addressOf(listener));
        assertTrue(client.isOpen());
        assertEquals(0, poller.add(client, Poller.OUT, 5));
        assertEquals(Poller.OUT, awaitReady(5, Poller.OUT));
        assertResult(0, io.finishConnect(client));
        assertResult(0, io.finishConnect(client));
        assertResult(0, untilDone(() -> io.accept(listener, handle())));
    }

    @Test
    void shouldTellThatAConnectIsRefused() throws IOException {
        InetSocketAddress address = unusedAddress();
        TestHandle client = handle();
        try {
            io.connect(client, address);
        } catch (IOException e) {
            assertEquals("connect to " + address + ": " + IoError.CONNECTION_REFUSED, e.getMessage());
            assertFalse(client.isOpen());
            return;
        }
        poller.add(client, Poller.OUT, 5);
        awaitReady(5, Poller.OUT);
        assertResult(IoResult.of(IoError.CONNECTION_REFUSED), io.finishConnect(client));
    }

    @Test
    void shouldNotConnectToAnUnknownHost() {
        InetSocketAddress address = InetSocketAddress.createUnresolved("nowhere.invalid", 7007);
        TestHandle client = handle();
        IOException thrown = assertThrows(IOException.class, () -> io.connect(client, address));
        assertEquals("connect to nowhere.invalid:7007: unknown host", thrown.getMessage());
        assertFalse(client.isOpen());
    }

    @Test
    void shouldNotConnectToAnAddressOfAnotherFamily() {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of("/nowhere/aem.sock");
        IOException thrown = assertThrows(IOException.class, () -> io.connect(handle(), address));
        assertTrue(thrown.getMessage().startsWith("connect to /nowhere/aem.sock: "), thrown.getMessage());
    }

    @Test
    void shouldConnectOverIpv6() throws IOException {
        if (!hasIpv6Loopback()) {
            return;
        }
        TestHandle listener = handle();
        io.listen(listener, new InetSocketAddress("::1", 0), BACKLOG);
        Pair pair = pair(listener, addressOf(listener));
        writeText(pair.client(), "over IPv6");
        assertEquals("over IPv6", readText(pair.server()));
        assertEquals(addressOf(listener), io.remoteAddress(pair.client()));
    }

    @Test
    void shouldCloseWhileConnecting() throws IOException {
        TestHandle listener = listen();
        TestHandle client = handle();
        io.connect(client, addressOf(listener));
        io.close(client, true);
        assertFalse(client.isOpen());
        assertResult(IoResult.of(IoError.BAD_HANDLE), io.finishConnect(client));
    }
}
