package aem.io.nio.internal;

import aem.api.io.SocketOption;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;

/** {@link SocketOption} by java.nio's own. */
final class Options {
    private Options() {}

    /** @throws IllegalArgumentException if no system could take the value */
    static void check(SocketOption option, int value) {
        boolean flag = flag(option) != null;
        if (flag ? value != 0 && value != 1 : value < 0) {
            throw new IllegalArgumentException(option + " must be " + (flag ? "0 or 1: " : "0 or more: ") + value);
        }
    }

    static int get(NetworkChannel channel, SocketOption option) throws IOException {
        java.net.SocketOption<Boolean> flag = flag(option);
        return flag != null ? (channel.getOption(flag) ? 1 : 0) : channel.getOption(number(option));
    }

    static void set(NetworkChannel channel, SocketOption option, int value) throws IOException {
        java.net.SocketOption<Boolean> flag = flag(option);
        if (flag != null) {
            channel.setOption(flag, value == 1);
        } else {
            channel.setOption(number(option), value);
        }
    }

    private static java.net.SocketOption<Boolean> flag(SocketOption option) {
        return switch (option) {
            case NO_DELAY -> StandardSocketOptions.TCP_NODELAY;
            case KEEP_ALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            default -> null;
        };
    }

    private static java.net.SocketOption<Integer> number(SocketOption option) throws IOException {
        return switch (option) {
            case SEND_BUFFER_BYTES -> StandardSocketOptions.SO_SNDBUF;
            case RECEIVE_BUFFER_BYTES -> StandardSocketOptions.SO_RCVBUF;
            default -> throw new IOException("java.nio has no such option");
        };
    }
}
