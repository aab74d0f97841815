package aem.api.socket;

/** The states of a socket (Linux's {@code socket_state}, the slides' {@code SS_CONNECTED}). */
public enum SocketState {
    /** Closed. */
    SS_FREE,
    /** Not connected; for a connection: a connect that failed. */
    SS_UNCONNECTED,
    /** A connect is under way. */
    SS_CONNECTING,
    /** Connected. */
    SS_CONNECTED,
    /** Being closed: unsent bytes are still on their way, or one direction is over. */
    SS_DISCONNECTING
}
