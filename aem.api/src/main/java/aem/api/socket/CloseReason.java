package aem.api.socket;

/** Who ended a connection, and how. */
public enum CloseReason {
    /** The peer ended its direction (FIN), and everything that it had sent was read. */
    PEER_CLOSED,
    /** The peer reset the connection (RST). */
    PEER_RESET,
    /** The network gave up. */
    TIMED_OUT,
    /** The connect failed. */
    CONNECT_FAILED,
    /** This side called {@link Connection#close()} or {@link Connection#reset()}. */
    LOCAL,
    /** A handler of the connection threw. */
    HANDLER_FAILED,
    /** The process that owned it ended, or the event that made it was cancelled. */
    OWNER_ENDED,
    /** Anything else. */
    FAILED
}
