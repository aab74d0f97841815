package aem.io.epoll.internal;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Opens sockets: a new descriptor, or an exception whose message holds address and errno name, and nothing open. */
final class SocketOpening {
    private SocketOpening() {}

    static int listen(Scratch scratch, InetSocketAddress address, int backlog) throws IOException {
        int fd = SocketCalls.socket(scratch, SocketAddresses.family(address));
        int result = fd;
        if (fd >= 0) {
            result = bindAndListen(scratch, fd, address, backlog);
        }
        return checked(fd, result, "listen on", address);
    }

    private static int bindAndListen(Scratch scratch, int fd, InetSocketAddress address, int backlog) {
        int result = SocketCalls.setIntOption(scratch, fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEADDR, 1);
        if (result >= 0) {
            // Linux: accepted sockets inherit it, which saves a call for each
            result = noDelay(scratch, fd);
        }
        if (result >= 0 && isWildcardIpv6(address)) {
            result = SocketCalls.setIntOption(scratch, fd, SocketCalls.IPPROTO_IPV6, SocketCalls.IPV6_V6ONLY, 0);
        }
        if (result >= 0) {
            result = SocketCalls.bind(scratch, fd, SocketAddresses.encode(address, scratch.argument));
        }
        return result < 0 ? result : SocketCalls.listen(scratch, fd, backlog);
    }

    private static boolean isWildcardIpv6(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress() && SocketAddresses.family(address) == SocketCalls.AF_INET6;
    }

    static int connect(Scratch scratch, InetSocketAddress address) throws IOException {
        int fd = SocketCalls.socket(scratch, SocketAddresses.family(address));
        int result = fd;
        if (fd >= 0) {
            result = noDelay(scratch, fd);
        }
        if (result >= 0) {
            result = SocketCalls.connect(scratch, fd, SocketAddresses.encode(address, scratch.argument));
        }
        // after EINTR the connect goes on by itself
        boolean started = result == -Errno.EINPROGRESS || result == -Errno.EINTR;
        return checked(fd, started ? 0 : result, "connect to", address);
    }

    private static int noDelay(Scratch scratch, int fd) {
        return SocketCalls.setIntOption(scratch, fd, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_NODELAY, 1);
    }

    private static int checked(int fd, int result, String action, InetSocketAddress address) throws IOException {
        if (result >= 0) {
            return fd;
        }
        if (fd >= 0) {
            FileCalls.close(fd);
        }
        throw new IOException(action + " " + address + ": " + Errno.text(result));
    }
}
