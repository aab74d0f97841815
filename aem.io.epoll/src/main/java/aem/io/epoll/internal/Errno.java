package aem.io.epoll.internal;

import aem.api.io.IoError;
import aem.api.io.IoResult;

/** Linux's error numbers (asm-generic: the same on all processors that Java 25 runs on) as {@link IoError}. */
final class Errno {
    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int ENOSPC = 28;
    static final int EPIPE = 32;
    static final int ENOSYS = 38;
    static final int ENONET = 64;
    static final int EPROTO = 71;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int ECONNRESET = 104;
    static final int ENOBUFS = 105;
    static final int ENOTCONN = 107;
    static final int ETIMEDOUT = 110;
    static final int ECONNREFUSED = 111;
    static final int EHOSTDOWN = 112;
    static final int EHOSTUNREACH = 113;
    static final int EINPROGRESS = 115;

    private Errno() {}

    /** What {@code errno} means to the core. */
    static IoError error(int errno) {
        return switch (errno) {
            case ECONNRESET -> IoError.CONNECTION_RESET;
            case EPIPE -> IoError.BROKEN_PIPE;
            case ECONNREFUSED -> IoError.CONNECTION_REFUSED;
            case ECONNABORTED, EPROTO -> IoError.CONNECTION_ABORTED;
            case ETIMEDOUT -> IoError.TIMED_OUT;
            case EHOSTUNREACH, EHOSTDOWN -> IoError.HOST_UNREACHABLE;
            case ENETUNREACH, ENETDOWN, ENONET -> IoError.NETWORK_UNREACHABLE;
            case EADDRINUSE -> IoError.ADDRESS_IN_USE;
            case EADDRNOTAVAIL -> IoError.ADDRESS_NOT_AVAILABLE;
            case EACCES, EPERM -> IoError.PERMISSION_DENIED;
            case EMFILE, ENFILE -> IoError.TOO_MANY_FILES;
            // ENOSPC: epoll_ctl, /proc/sys/fs/epoll/max_user_watches
            case ENOMEM, ENOBUFS, ENOSPC -> IoError.NO_MEMORY;
            case ENOTCONN -> IoError.NOT_CONNECTED;
            case EBADF -> IoError.BAD_HANDLE;
            default -> IoError.OTHER;
        };
    }

    /** The result of a call that returned {@code negatedErrno}. */
    static int result(int negatedErrno) {
        return negatedErrno == -EAGAIN ? IoResult.WOULD_BLOCK : IoResult.of(error(-negatedErrno));
    }

    /**
     * The same for accept, which also returns what the network has reported about the connection meanwhile (accept(2),
     * 'Error handling') or a firewall's EPERM: the connection is gone, the listener is well.
     */
    static int acceptResult(int negatedErrno) {
        if (negatedErrno == -EAGAIN) {
            return IoResult.WOULD_BLOCK;
        }
        IoError error = error(-negatedErrno);
        return IoResult.of(
                switch (error) {
                    case CONNECTION_RESET,
                            CONNECTION_REFUSED,
                            TIMED_OUT,
                            HOST_UNREACHABLE,
                            NETWORK_UNREACHABLE,
                            PERMISSION_DENIED -> IoError.CONNECTION_ABORTED;
                    default -> error;
                });
    }

    /** For people: {@code EADDRINUSE (Address already in use)}; with the number where the name stands for another. */
    static String text(int negatedErrno) {
        IoError error = error(-negatedErrno);
        boolean exact = switch (-negatedErrno) {
            case EPERM, ENFILE, ENOSPC, EPROTO, ENETDOWN, ENONET, ENOBUFS, EHOSTDOWN -> false;
            default -> error != IoError.OTHER;
        };
        return exact ? error.toString() : error + ", errno " + -negatedErrno;
    }
}
