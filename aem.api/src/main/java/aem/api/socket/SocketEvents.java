package aem.api.socket;

import aem.api.AemProcess;
import aem.api.EventDescriptor;
import aem.api.EventFlag;
import java.net.SocketAddress;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The slides' 'Socket interface': {@code sockasync_accept}, {@code _read}, {@code _close}, {@code _sock}. The service
 * stays the same object while event sources come and go; a component may hold it by a static reference.
 *
 * <p>Any thread. Handlers run on the home worker of their process, one at a time for each process, in order of
 * activation.
 *
 * <p>Every method throws
 *
 * <ul>
 *   <li>{@link aem.api.SourceAbsentException} if the source (or the I/O provider) is away and does not come back within
 *       {@code aem.absence.wait}; on a worker's own thread it never waits,
 *   <li>{@link IllegalStateException} if the process, listener or connection is closed,
 *   <li>{@link IllegalArgumentException} for a flag that is not offered, and if the connection already has an event of
 *       that operation (one reader, one room, any number of close and sock),
 *   <li>{@link aem.api.LimitExceededException} if the process may have no more events or connections.
 * </ul>
 */
@ProviderType
public interface SocketEvents {
    /**
     * Opens a listening TCP socket. It accepts nothing before {@link #accept} is called.
     *
     * @param address where; port 0 lets the system choose, see {@link Listener#localAddress()}
     * @throws SocketFailedException if the address can't be had, for example {@code listen on localhost/127.0.0.1:7007:
     *     EADDRINUSE (Address already in use)}
     */
    Listener listen(AemProcess process, SocketAddress address);

    /** As {@link #listen(AemProcess, SocketAddress)}, with the length of the queue of connections not yet accepted. */
    Listener listen(AemProcess process, SocketAddress address, int backlog);

    /** Calls the handler for each connection that the listener accepts. */
    EventDescriptor accept(Listener listener, AcceptHandler handler, EventFlag... flags);

    /**
     * Connects to {@code address}. The handler is called once, when the connection is there or has failed.
     *
     * @throws SocketFailedException if it fails at once, for example for an unresolved host name
     */
    EventDescriptor connect(AemProcess process, SocketAddress address, ConnectHandler handler, EventFlag... flags);

    /**
     * Calls the handler with each piece of data that arrives, in order. While the connection's queue of unsent bytes is
     * more than half full nothing is read, so that answering what arrives never overflows it.
     */
    EventDescriptor read(Connection connection, ReadHandler handler, EventFlag... flags);

    /**
     * As {@link #read}, but the bytes are read into memory of the application, which the handler names. No block of the
     * runtime's memory is taken; nothing of it counts against the process's limit. There is no second copy with {@code
     * aem.io.epoll}; java.nio makes one.
     */
    EventDescriptor readInto(Connection connection, DirectReadHandler handler, EventFlag... flags);

    /**
     * Calls the handler each time the connection's queue of unsent bytes, having been more than half full, is half full or
     * less again. A writer that stops at half, or when {@link Connection#write} has refused something, goes on then.
     */
    EventDescriptor room(Connection connection, RoomHandler handler, EventFlag... flags);

    /**
     * Calls the handler once when the connection is over, whoever ended it. It ends with that. If the peer has ended only
     * its own direction ({@link CloseReason#PEER_CLOSED}) the handler may still write; the connection is closed after it
     * unless it is {@linkplain Connection#halfOpen(boolean) half-open}.
     */
    EventDescriptor close(Connection connection, CloseHandler handler, EventFlag... flags);

    /**
     * Calls the handler each time the connection enters {@code state} (the slides' {@code sockasync_sock(h, flags, sfd,
     * SS_CONNECTED)}); also once at registration if it is in that state. A state that is entered and left while the event
     * is suspended is not told.
     */
    EventDescriptor sock(Connection connection, SocketState state, SocketStateHandler handler, EventFlag... flags);
}
