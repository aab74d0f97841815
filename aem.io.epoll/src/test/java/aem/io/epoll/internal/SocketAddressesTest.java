package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class SocketAddressesTest {
    private final MemorySegment sockaddr = ScratchPool.fresh().argument;

    @Test
    void shouldWriteAnIpv4AddressInNetworkOrder() {
        sockaddr.fill((byte) -1);
        assertEquals(16, SocketAddresses.encode(new InetSocketAddress("127.0.0.2", 0x1b5f), sockaddr));
        assertEquals(2, sockaddr.get(JAVA_SHORT, 0));
        byte[] expected = {0x1b, 0x5f, 127, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0};
        assertArrayEquals(expected, sockaddr.asSlice(2, 14).toArray(JAVA_BYTE));
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
        InetSocketAddress[] addresses = {
            new InetSocketAddress("192.0.2.200", 65_535),
            new InetSocketAddress("0.0.0.0", 0),
            new InetSocketAddress("2001:db8::ff", 40_000),
            new InetSocketAddress("::", 1),
            new InetSocketAddress(Inet6Address.getByAddress(null, linkLocal, 7), 80)
        };
        for (InetSocketAddress address : addresses) {
            sockaddr.fill((byte) -1);
            SocketAddresses.encode(address, sockaddr);
            assertEquals(address, SocketAddresses.decode(sockaddr));
        }
        InetSocketAddress last = SocketAddresses.decode(sockaddr);
        assertEquals(7, ((Inet6Address) last.getAddress()).getScopeId());
    }

    @Test
    void shouldReadNoAddressOfAnotherFamily() {
        sockaddr.fill((byte) 0);
        sockaddr.set(JAVA_SHORT, 0, (short) 1);
        assertNull(SocketAddresses.decode(sockaddr));
    }

    @Test
    void shouldRefuseNull() {
        IOException thrown = assertThrows(IOException.class, () -> SocketAddresses.checked("connect to", null));
        assertEquals("connect to null: only IPv4 and IPv6 addresses are supported, not null", thrown.getMessage());
    }
}
