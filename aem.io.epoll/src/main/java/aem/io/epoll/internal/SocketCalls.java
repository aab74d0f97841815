package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The socket functions of the C library. Memory goes in as raw addresses, so that no segment objects are made; the
 * caller keeps it alive. A result below 0 is the negated errno.
 */
final class SocketCalls {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SHUT_WR = 1;
    static final int IPPROTO_TCP = 6;
    static final int IPPROTO_IPV6 = 41;
    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_ERROR = 4;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_KEEPALIVE = 9;
    static final int SO_LINGER = 13;
    static final int TCP_NODELAY = 1;
    static final int TCP_INFO = 11;
    static final int TCP_USER_TIMEOUT = 18;
    static final int IPV6_V6ONLY = 26;

    static final int TCP_SYN_SENT = 2;
    static final int TCP_SYN_RECV = 3;
    static final int TCP_CLOSE = 7;

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final long NULL = 0;

    private static final FunctionDescriptor THREE_INTS = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor TWO_INTS = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor ADDRESS_IN = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final FunctionDescriptor ADDRESS_OUT =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor TRANSFER =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);

    private static final MethodHandle SOCKET = Native.function("socket", THREE_INTS);
    private static final MethodHandle BIND = Native.function("bind", ADDRESS_IN);
    private static final MethodHandle LISTEN = Native.function("listen", TWO_INTS);
    private static final MethodHandle CONNECT = Native.function("connect", ADDRESS_IN);
    private static final MethodHandle ACCEPT4 =
            Native.function("accept4", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV = Native.plainFunction("recv", TRANSFER);
    private static final MethodHandle RECV_SEGMENT =
            Native.heapFunction("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV_ERRNO = Native.function("recv", TRANSFER);
    private static final MethodHandle SEND = Native.plainFunction("send", TRANSFER);
    private static final MethodHandle SEND_ERRNO = Native.function("send", TRANSFER);
    private static final MethodHandle SHUTDOWN = Native.function("shutdown", TWO_INTS);
    private static final MethodHandle GETSOCKNAME = Native.function("getsockname", ADDRESS_OUT);
    private static final MethodHandle GETPEERNAME = Native.function("getpeername", ADDRESS_OUT);
    private static final MethodHandle GETSOCKOPT = Native.function(
            "getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SETSOCKOPT = Native.function(
            "setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));

    /** The compiler takes a profile of some thousand calls for complete. */
    private static final int WARM_UP_CALLS = 10_000;

    private SocketCalls() {}

    /**
     * Gives the compiler a profile of the capturing calls that may come often, by calls that fail at once. Without one a
     * caller that is compiled early may keep a call that allocates 40 bytes each time, for ever.
     */
    static void warmUp() {
        Scratch scratch = ScratchPool.fresh();
        try {
            for (int i = 0; i < WARM_UP_CALLS; i++) {
                long received = (long) RECV_ERRNO.invokeExact(scratch.capture, -1, NULL, 0L, 0);
                long sent = (long) SEND_ERRNO.invokeExact(scratch.capture, -1, NULL, 0L, MSG_NOSIGNAL);
                int accepted = (int) ACCEPT4.invokeExact(scratch.capture, -1, NULL, NULL, SOCK_NONBLOCK_CLOEXEC);
                if (received >= 0 || sent >= 0 || accepted >= 0) {
                    throw new IllegalStateException("a call on descriptor -1 has succeeded");
                }
            }
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** A stream socket, non-blocking and close-on-exec. */
    static int socket(Scratch scratch, int family) {
        try {
            int fd = (int) SOCKET.invokeExact(scratch.capture, family, SOCK_STREAM | SOCK_NONBLOCK_CLOEXEC, 0);
            return fd < 0 ? -scratch.errno() : fd;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Binds to the sockaddr that stands in the scratch's argument. */
    static int bind(Scratch scratch, int fd, int addressBytes) {
        try {
            int result = (int) BIND.invokeExact(scratch.capture, fd, scratch.argumentAddress, addressBytes);
            return result < 0 ? -scratch.errno() : result;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    static int listen(Scratch scratch, int fd, int backlog) {
        try {
            int result = (int) LISTEN.invokeExact(scratch.capture, fd, backlog);
            return result < 0 ? -scratch.errno() : result;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Connects to the sockaddr that stands in the scratch's argument. Not to be repeated after EINTR: it goes on. */
    static int connect(Scratch scratch, int fd, int addressBytes) {
        try {
            int result = (int) CONNECT.invokeExact(scratch.capture, fd, scratch.argumentAddress, addressBytes);
            return result < 0 ? -scratch.errno() : result;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** The accepted descriptor, non-blocking and close-on-exec. */
    static int accept(Scratch scratch, int fd) {
        try {
            int accepted;
            do {
                accepted = (int) ACCEPT4.invokeExact(scratch.capture, fd, NULL, NULL, SOCK_NONBLOCK_CLOEXEC);
            } while (accepted < 0 && scratch.errno() == Errno.EINTR);
            return accepted < 0 ? -scratch.errno() : accepted;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** -1 if it failed; {@link #recvAgain} then tells why. */
    static int recv(int fd, long address, long length) {
        try {
            return (int) (long) RECV.invokeExact(fd, address, length, 0);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** As {@link #recv(int, long, long)}, into memory that is not the runtime's: whether it may be used is checked. */
    static int recv(int fd, MemorySegment destination, long length) {
        try {
            return (int) (long) RECV_SEGMENT.invokeExact(fd, destination, length, 0);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /**
     * After a recv that failed. The kernel hands out a socket's pending error once, so that the second recv after a RST
     * says EOF. That it does not come from a FIN just received is told by the state: CLOSE, instead of CLOSE_WAIT. (If our
     * own direction was shut down before, a FIN ends in CLOSE too, and is taken for a RST, should it have arrived between
     * the two calls.)
     */
    static int recvAgain(Scratch scratch, int fd, long address, long length) {
        try {
            long bytes;
            do {
                bytes = (long) RECV_ERRNO.invokeExact(scratch.capture, fd, address, length, 0);
            } while (bytes < 0 && scratch.errno() == Errno.EINTR);
            if (bytes == 0 && tcpState(scratch, fd) == TCP_CLOSE) {
                return -Errno.ECONNRESET;
            }
            return bytes < 0 ? -scratch.errno() : (int) bytes;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** -1 if it failed; {@link #sendAgain} then tells why. */
    static int send(int fd, long address, long length) {
        try {
            return (int) (long) SEND.invokeExact(fd, address, length, MSG_NOSIGNAL);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** After a send that failed: if its error was the pending one, this one says EPIPE. */
    static int sendAgain(Scratch scratch, int fd, long address, long length) {
        try {
            long bytes;
            do {
                bytes = (long) SEND_ERRNO.invokeExact(scratch.capture, fd, address, length, MSG_NOSIGNAL);
            } while (bytes < 0 && scratch.errno() == Errno.EINTR);
            return bytes < 0 ? -scratch.errno() : (int) bytes;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** The TCP state as in TCP_INFO. */
    static int tcpState(Scratch scratch, int fd) {
        int result = getsockopt(scratch, fd, IPPROTO_TCP, TCP_INFO, Integer.BYTES);
        return result < 0 ? result : scratch.argument.get(JAVA_BYTE, 0);
    }

    static int shutdown(Scratch scratch, int fd, int how) {
        try {
            int result = (int) SHUTDOWN.invokeExact(scratch.capture, fd, how);
            return result < 0 ? -scratch.errno() : result;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Fills the scratch's argument with the local sockaddr. */
    static int getsockname(Scratch scratch, int fd) {
        scratch.length.set(JAVA_INT, 0, Scratch.ARGUMENT_BYTES);
        try {
            int result =
                    (int) GETSOCKNAME.invokeExact(scratch.capture, fd, scratch.argumentAddress, scratch.lengthAddress);
            return result < 0 ? -scratch.errno() : result;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Fills the scratch's argument with the peer's sockaddr. */
    static int getpeername(Scratch scratch, int fd) {
        scratch.length.set(JAVA_INT, 0, Scratch.ARGUMENT_BYTES);
        try {
            int result =
                    (int) GETPEERNAME.invokeExact(scratch.capture, fd, scratch.argumentAddress, scratch.lengthAddress);
            return result < 0 ? -scratch.errno() : result;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Fills the first {@code bytes} of the scratch's argument with the option's value. */
    static int getsockopt(Scratch scratch, int fd, int level, int option, int bytes) {
        scratch.length.set(JAVA_INT, 0, bytes);
        try {
            int result = (int) GETSOCKOPT.invokeExact(
                    scratch.capture, fd, level, option, scratch.argumentAddress, scratch.lengthAddress);
            return result < 0 ? -scratch.errno() : result;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Sets the option to the first {@code bytes} of the scratch's argument. */
    static int setsockopt(Scratch scratch, int fd, int level, int option, int bytes) {
        try {
            int result =
                    (int) SETSOCKOPT.invokeExact(scratch.capture, fd, level, option, scratch.argumentAddress, bytes);
            return result < 0 ? -scratch.errno() : result;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Sets an option of one int. */
    static int setIntOption(Scratch scratch, int fd, int level, int option, int value) {
        scratch.argument.set(JAVA_INT, 0, value);
        return setsockopt(scratch, fd, level, option, Integer.BYTES);
    }
}
