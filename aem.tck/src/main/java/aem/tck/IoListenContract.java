package aem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

/** listen, accept, and the addresses of what was accepted. */
abstract class IoListenContract extends IoFixture {
    @Test
    void shouldTellThePortThatTheSystemChose() throws IOException {
        TestHandle listener = listen();
        assertTrue(listener.isOpen());
        assertEquals(InetAddress.getLoopbackAddress(), addressOf(listener).getAddress());
        assertNotEquals(0, addressOf(listener).getPort());
        assertNull(io.remoteAddress(listener));
    }

    @Test
    void shouldAcceptNothingWhenNobodyConnects() throws IOException {
        TestHandle accepted = handle();
        assertResult(IoResult.WOULD_BLOCK, io.accept(listen(), accepted));
        assertFalse(accepted.isOpen());
    }

    @Test
    void shouldTellBothAddressesAtBothEnds() throws IOException {
        TestHandle listener = listen();
        Pair pair = pair(listener, addressOf(listener));
        assertEquals(addressOf(listener), io.remoteAddress(pair.client()));
        assertEquals(addressOf(listener), io.localAddress(pair.server()));
        assertEquals(io.localAddress(pair.client()), io.remoteAddress(pair.server()));
    }

    @Test
    void shouldAcceptAllThatWait() throws IOException {
        TestHandle listener = listen();
        int connections = 20;
        for (int i = 0; i < connections; i++) {
            TestHandle client = handle();
            io.connect(client, addressOf(listener));
            assertResult(0, untilDone(() -> io.finishConnect(client)));
        }
        poller.add(listener, Poller.IN, 1);
        for (int i = 0; i < connections; i++) {
            awaitReady(1, Poller.IN);
            assertResult(0, io.accept(listener, handle()));
        }
        assertEquals(0, poll(0));
        assertResult(IoResult.WOULD_BLOCK, io.accept(listener, handle()));
    }

    @Test
    void shouldNameAddressAndErrorWhenThePortIsInUse() throws IOException {
        InetSocketAddress address = addressOf(listen());
        TestHandle second = handle();
        IOException thrown = assertThrows(IOException.class, () -> io.listen(second, address, BACKLOG));
        assertEquals("listen on " + address + ": EADDRINUSE (Address already in use)", thrown.getMessage());
        assertFalse(second.isOpen());
    }

    @Test
    void shouldNameAddressAndErrorWhenTheAddressIsNotOfThisHost() {
        InetSocketAddress address = new InetSocketAddress("203.0.113.1", 0); // TEST-NET-3, RFC 5737
        IOException thrown = assertThrows(IOException.class, () -> io.listen(handle(), address, BACKLOG));
        assertEquals("listen on " + address + ": " + IoError.ADDRESS_NOT_AVAILABLE, thrown.getMessage());
    }

    @Test
    void shouldNotListenOnAnUnknownHost() {
        InetSocketAddress address = InetSocketAddress.createUnresolved("nowhere.invalid", 7007);
        TestHandle listener = handle();
        IOException thrown = assertThrows(IOException.class, () -> io.listen(listener, address, BACKLOG));
        assertEquals("listen on nowhere.invalid:7007: unknown host", thrown.getMessage());
        assertFalse(listener.isOpen());
    }

    @Test
    void shouldNotListenOnAnAddressOfAnotherFamily() {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of("/nowhere/aem.sock");
        IOException thrown = assertThrows(IOException.class, () -> io.listen(handle(), address, BACKLOG));
        assertTrue(thrown.getMessage().startsWith("listen on /nowhere/aem.sock: "), thrown.getMessage());
    }

    @Test
    void shouldListenAgainOnAPortWhoseConnectionsAreInTimeWait() throws IOException {
        TestHandle listener = listen();
        InetSocketAddress address = addressOf(listener);
        Pair pair = pair(listener, address);
        io.close(pair.server(), false); // the end that closes first waits
        assertResult(IoResult.EOF, read(pair.client()));
        io.close(pair.client(), false);
        io.close(listener, false);
        TestHandle next = handle();
        io.listen(next, address, BACKLOG);
        assertEquals(address, io.localAddress(next));
    }

    @Test
    void shouldListenOnAllIpv4Addresses() throws IOException {
        TestHandle listener = handle();
        io.listen(listener, new InetSocketAddress("0.0.0.0", 0), BACKLOG);
        Pair pair = pair(
                listener, new InetSocketAddress("127.0.0.1", addressOf(listener).getPort()));
        assertEquals("127.0.0.1", addressOf(pair.server()).getAddress().getHostAddress());
    }

    @Test
    void shouldListenOnAllAddressesOfBothFamiliesAtTheIpv6Wildcard() throws IOException {
        if (!hasIpv6Loopback()) {
            return;
        }
        TestHandle listener = handle();
        io.listen(listener, new InetSocketAddress("::", 0), BACKLOG);
        int port = addressOf(listener).getPort();
        Pair ipv6 = pair(listener, new InetSocketAddress("::1", port));
        assertEquals(new InetSocketAddress("::1", port), io.localAddress(ipv6.server()));
        Pair ipv4 = pair(listener, new InetSocketAddress("127.0.0.1", port));
        assertEquals(io.localAddress(ipv4.client()), io.remoteAddress(ipv4.server()));
    }

    @Test
    void shouldRefuseCallsOnAClosedListener() throws IOException {
        TestHandle listener = listen();
        io.close(listener, false);
        assertFalse(listener.isOpen());
        assertResult(IoResult.of(IoError.BAD_HANDLE), io.accept(listener, handle()));
        assertNull(io.localAddress(listener));
        assertNull(io.remoteAddress(listener));
    }

    @Test
    void shouldFreeThePortOfAWatchedListenerAtOnce() throws IOException {
        TestHandle listener = listen();
        InetSocketAddress address = addressOf(listener);
        poller.add(listener, Poller.IN, 1);
        assertEquals(0, poll(0));
        poller.remove(listener);
        io.close(listener, false);
        TestHandle next = handle();
        io.listen(next, address, BACKLOG);
        assertEquals(address, io.localAddress(next));
    }
}
