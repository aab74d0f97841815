package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/** {@link InetSocketAddress} to and from sockaddr_in and sockaddr_in6. */
final class SocketAddresses {
    private static final int PORT_OFFSET = 2;
    private static final int IPV4_OFFSET = 4;
    private static final int IPV4_BYTES = 4;
    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int IPV6_FLOW_OFFSET = 4;
    private static final int IPV6_OFFSET = 8;
    private static final int IPV6_BYTES = 16;
    private static final int IPV6_SCOPE_OFFSET = 24;
    private static final int SOCKADDR_IN6_BYTES = 28;

    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddresses() {}

    /**
     * What can be put into a sockaddr.
     *
     * @param action for the message: {@code connect to}
     * @throws IOException if it is unresolved or of another family
     */
    static InetSocketAddress checked(String action, SocketAddress address) throws IOException {
        if (!(address instanceof InetSocketAddress inet)) {
            String type = address == null ? "null" : address.getClass().getName();
            throw new IOException(action + " " + address + ": only IPv4 and IPv6 addresses are supported, not " + type);
        }
        if (inet.isUnresolved()) {
            throw new IOException(action + " " + inet.getHostString() + ":" + inet.getPort() + ": unknown host");
        }
        return inet;
    }

    /** AF_INET or AF_INET6. */
    static int family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address ? SocketCalls.AF_INET6 : SocketCalls.AF_INET;
    }

    /** Writes the sockaddr and returns its length in bytes. */
    static int encode(InetSocketAddress address, MemorySegment to) {
        byte[] ip = address.getAddress().getAddress();
        to.set(JAVA_SHORT, 0, (short) family(address));
        to.set(PORT, PORT_OFFSET, (short) address.getPort());
        if (address.getAddress() instanceof Inet6Address ipv6) {
            to.set(JAVA_INT, IPV6_FLOW_OFFSET, 0);
            MemorySegment.copy(ip, 0, to, JAVA_BYTE, IPV6_OFFSET, IPV6_BYTES);
            to.set(JAVA_INT, IPV6_SCOPE_OFFSET, ipv6.getScopeId());
            return SOCKADDR_IN6_BYTES;
        }
        MemorySegment.copy(ip, 0, to, JAVA_BYTE, IPV4_OFFSET, IPV4_BYTES);
        to.asSlice(IPV4_OFFSET + IPV4_BYTES, SOCKADDR_IN_BYTES - IPV4_OFFSET - IPV4_BYTES)
                .fill((byte) 0);
        return SOCKADDR_IN_BYTES;
    }

    /** Reads a sockaddr; null if it is of another family. A mapped IPv4 address becomes an IPv4 address. */
    static InetSocketAddress decode(MemorySegment from) {
        int port = Short.toUnsignedInt(from.get(PORT, PORT_OFFSET));
        try {
            return switch (from.get(JAVA_SHORT, 0)) {
                case SocketCalls.AF_INET ->
                    new InetSocketAddress(InetAddress.getByAddress(bytes(from, IPV4_OFFSET, IPV4_BYTES)), port);
                case SocketCalls.AF_INET6 -> new InetSocketAddress(ipv6(from), port);
                default -> null;
            };
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // only for a wrong length
        }
    }

    private static InetAddress ipv6(MemorySegment from) throws UnknownHostException {
        byte[] ip = bytes(from, IPV6_OFFSET, IPV6_BYTES);
        int scopeId = from.get(JAVA_INT, IPV6_SCOPE_OFFSET);
        return scopeId == 0 ? InetAddress.getByAddress(ip) : Inet6Address.getByAddress(null, ip, scopeId);
    }

    private static byte[] bytes(MemorySegment from, long offset, int length) {
        return from.asSlice(offset, length).toArray(JAVA_BYTE);
    }
}
