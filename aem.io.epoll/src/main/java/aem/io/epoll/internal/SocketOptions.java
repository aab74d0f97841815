package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import aem.api.io.SocketOption;

/** {@link SocketOption} by getsockopt and setsockopt. A result below 0 is the negated errno. */
final class SocketOptions {
    private SocketOptions() {}

    static int get(Scratch scratch, int fd, SocketOption option) {
        int result = SocketCalls.getsockopt(scratch, fd, level(option), name(option), Integer.BYTES);
        return result < 0 ? result : scratch.argument.get(JAVA_INT, 0);
    }

    static int set(Scratch scratch, int fd, SocketOption option, int value) {
        boolean valid = isFlag(option) ? value == 0 || value == 1 : value >= 0;
        if (!valid) {
            // the kernel takes a negative buffer size for the largest one
            throw new IllegalArgumentException(
                    option + " must be " + (isFlag(option) ? "0 or 1: " : "0 or more: ") + value);
        }
        return SocketCalls.setIntOption(scratch, fd, level(option), name(option), value);
    }

    /** SO_LINGER on, 0 seconds: close sends RST. */
    static int lingerZero(Scratch scratch, int fd) {
        scratch.argument.set(JAVA_INT, 0, 1);
        scratch.argument.set(JAVA_INT, Integer.BYTES, 0);
        return SocketCalls.setsockopt(scratch, fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_LINGER, 2 * Integer.BYTES);
    }

    private static boolean isFlag(SocketOption option) {
        return option == SocketOption.NO_DELAY || option == SocketOption.KEEP_ALIVE;
    }

    private static int level(SocketOption option) {
        return switch (option) {
            case NO_DELAY, USER_TIMEOUT_MS -> SocketCalls.IPPROTO_TCP;
            case KEEP_ALIVE, SEND_BUFFER_BYTES, RECEIVE_BUFFER_BYTES -> SocketCalls.SOL_SOCKET;
        };
    }

    private static int name(SocketOption option) {
        return switch (option) {
            case NO_DELAY -> SocketCalls.TCP_NODELAY;
            case USER_TIMEOUT_MS -> SocketCalls.TCP_USER_TIMEOUT;
            case KEEP_ALIVE -> SocketCalls.SO_KEEPALIVE;
            case SEND_BUFFER_BYTES -> SocketCalls.SO_SNDBUF;
            case RECEIVE_BUFFER_BYTES -> SocketCalls.SO_RCVBUF;
        };
    }
}
