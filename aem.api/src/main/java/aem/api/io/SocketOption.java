package aem.api.io;

/** The socket options that can be read and set on a live connection, by name. Flags are 0 or 1. */
public enum SocketOption {
    /** TCP_NODELAY: no Nagle delay. On by default. */
    NO_DELAY,
    /** SO_KEEPALIVE. */
    KEEP_ALIVE,
    /** SO_SNDBUF, bytes; the system may round it up. */
    SEND_BUFFER_BYTES,
    /** SO_RCVBUF, bytes; the system may round it up. */
    RECEIVE_BUFFER_BYTES,
    /** TCP_USER_TIMEOUT, milliseconds; 0 = the system's default. With epoll only. */
    USER_TIMEOUT_MS
}
