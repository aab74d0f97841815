package aem.api.spi;

/** What woke a reactive job: bits, for {@link EventSource#job} and {@link JobSpec.Reactive}. */
public final class Readiness {
    /** There is something to read, or a connection to accept, or the peer's end of stream. */
    public static final int READ = 1;
    /** The queue of unsent bytes has fallen to half its limit or below, having been above. */
    public static final int ROOM = 2;
    /** A connect has ended, well or not. */
    public static final int CONNECT = 4;
    /** The connection is over, or the peer has ended its direction; see {@link Endpoint#closeReason()}. */
    public static final int CLOSE = 8;
    /** The socket's state has changed; see {@link aem.api.socket.Connection#state()}. */
    public static final int STATE = 16;
    /** {@link SourceEvent#wake()} was called. */
    public static final int WOKEN = 32;

    private Readiness() {}
}
