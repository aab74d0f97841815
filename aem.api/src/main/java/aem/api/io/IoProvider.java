package aem.api.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The service of an I/O bundle (property {@code aem.part=io}): non-blocking sockets and a readiness poller for each
 * worker. It keeps no state of its own about a socket: what it needs stands in the {@link IoHandle}, which the core owns,
 * so that a successor goes on with the same handles.
 *
 * <p>All methods may be called on any thread, for one handle by one thread at a time. None blocks. The hot ones return a
 * number instead of throwing: bytes moved, {@link IoResult#EOF}, {@link IoResult#WOULD_BLOCK}, or an error (see {@link
 * IoResult}). An interrupted call (EINTR) is repeated inside.
 */
@ProviderType
public interface IoProvider {
    /** A short name, for example {@code epoll}. */
    String name();

    /**
     * What kind of handle this provider works with: {@code fd} (file descriptors) or {@code channel} (NIO). A successor
     * can take over the handles of a provider with the same layout.
     */
    String handleLayout();

    /** Opens a poller. Called on the worker's thread. */
    Poller openPoller() throws IOException;

    /**
     * Opens a listening stream socket, bound with SO_REUSEADDR, and stores it in {@code handle}.
     *
     * @param backlog the length of the accept queue; the system may cap it
     * @throws IOException if it can't be had; the message holds address and errno name, for example {@code listen on
     *     localhost/127.0.0.1:7007: EADDRINUSE (Address already in use)}. Nothing stays open
     */
    void listen(IoHandle handle, SocketAddress address, int backlog) throws IOException;

    /**
     * Opens a stream socket, starts to connect it, and stores it in {@code handle}. The end is told by readiness for
     * output and then by {@link #finishConnect}.
     *
     * @throws IOException if the socket can't be had or the address is refused at once. Nothing stays open
     */
    void connect(IoHandle handle, SocketAddress address) throws IOException;

    /** Whether the connect has ended: 0 connected, {@link IoResult#WOULD_BLOCK} not yet, or an error. */
    int finishConnect(IoHandle handle);

    /**
     * Accepts a connection, non-blocking and close-on-exec, and stores it in {@code accepted}. May allocate Java heap, even
     * if there is none.
     *
     * @return 0, {@link IoResult#WOULD_BLOCK}, or an error: of the connection ({@link IoError#CONNECTION_ABORTED}), or of
     *     the system ({@link IoError#TOO_MANY_FILES}, {@link IoError#NO_MEMORY})
     */
    int accept(IoHandle listener, IoHandle accepted);

    /** Reads into {@code region} at {@code offset}. At least 1 byte is asked for. */
    int read(IoHandle handle, MemorySegment region, long offset, int length);

    /**
     * Reads into memory of an application, from its start: on or off the Java heap, of any arena. Otherwise as {@link #read}.
     *
     * @param length at least 1; at most the size of {@code destination}
     * @throws IllegalStateException if the arena is closed
     * @throws WrongThreadException if the arena is another thread's
     * @throws IllegalArgumentException if the destination is read-only
     */
    int readInto(IoHandle handle, MemorySegment destination, int length);

    /** Writes from {@code region} at {@code offset}; never raises SIGPIPE. At least 1 byte is offered. */
    int write(IoHandle handle, MemorySegment region, long offset, int length);

    /** Sends FIN. 0 or an error. */
    int shutdownOutput(IoHandle handle);

    /**
     * Closes the socket. Idempotent; errors are of no interest any more. Called on the thread that polls it, or if no poller
     * has watched it, it frees descriptor and port at once; otherwise the poller's next poll may do so.
     *
     * @param reset true: the peer gets RST and unsent bytes are dropped (SO_LINGER 0)
     */
    void close(IoHandle handle, boolean reset);

    /** The local address, or null. */
    SocketAddress localAddress(IoHandle handle);

    /** The peer's address, or null. */
    SocketAddress remoteAddress(IoHandle handle);

    /** Takes the socket's pending error (SO_ERROR): 0 if there is none, or if only a read or write can tell (java.nio). */
    int takeError(IoHandle handle);

    /**
     * The value of a socket option.
     *
     * @throws IOException if the system refuses it; the message holds the option and the errno name
     */
    int option(IoHandle handle, SocketOption option) throws IOException;

    /**
     * Sets a socket option.
     *
     * @throws IOException if the system refuses it; the message holds the option, the value and the errno name
     */
    void option(IoHandle handle, SocketOption option, int value) throws IOException;
}
