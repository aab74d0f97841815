package aem.api.socket;

import aem.api.AemProcess;
import aem.api.io.SocketOption;
import aem.api.memory.EventData;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A stream connection. Belongs to the core: it stays valid, with its bytes, while event sources, I/O providers and all
 * other parts come and go.
 *
 * <p><b>Threads.</b> Any. On the home worker of its process (in a handler) a write goes straight to the socket and copies
 * nothing that the socket takes; on another thread the bytes are copied and handed to the home worker. The order of one
 * thread's writes is kept, and a write is never mixed with another.
 *
 * <p><b>Unsent bytes.</b> What the socket does not take at once is kept, in order, up to {@link #unsentLimitBytes()}. A
 * write is taken whole or refused whole.
 */
@ProviderType
public interface Connection extends AutoCloseable {
    /** Identifies it among connections and listeners; never used again. */
    long id();

    AemProcess process();

    /** The local address; null if never connected. Known also after the end. */
    SocketAddress localAddress();

    /** The peer's address. Known also after the end. */
    SocketAddress remoteAddress();

    SocketState state();

    /** Whether {@link #write} may still be taken. */
    boolean isOpen();

    /**
     * Writes all of the data, from 0 to {@code length()}, whatever its position. The data's owner keeps it.
     *
     * @return true if the bytes were taken: sent, or kept to be sent; false if none was taken, because there is no room
     *     for all of them (register a room event to learn when there is), or because the connection is closed
     * @throws IllegalArgumentException if the data is longer than {@link #unsentLimitBytes()}, so that there never would
     *     be room
     */
    boolean write(EventData data);

    /** Writes {@code length} bytes of {@code data} from {@code index}. See {@link #write(EventData)}. */
    boolean write(EventData data, int index, int length);

    /** Writes the whole array. See {@link #write(EventData)}. */
    boolean write(byte[] bytes);

    /** Writes {@code length} bytes from {@code offset}. See {@link #write(EventData)}. */
    boolean write(byte[] bytes, int offset, int length);

    /** Writes the buffer's remaining bytes; moves its position to its limit if they were taken. */
    boolean write(ByteBuffer buffer);

    /** Writes the whole segment. See {@link #write(EventData)}. */
    boolean write(MemorySegment segment);

    /** The bytes that were taken and not yet accepted by the socket. */
    long unsentBytes();

    /** What {@link #unsentBytes()} may be at most. */
    int unsentLimitBytes();

    /**
     * Sets the limit of unsent bytes; what is kept already stays.
     *
     * @throws IllegalArgumentException if it is below 1 or above 16 MiB
     */
    void unsentLimitBytes(int limitBytes);

    /**
     * Whether the connection stays open when the peer has ended its direction. False at first: it is then closed as soon
     * as all unsent bytes are sent.
     */
    void halfOpen(boolean halfOpen);

    /** Ends this direction: FIN follows the unsent bytes. Later writes are refused; reading goes on. Idempotent. */
    void shutdownOutput();

    /**
     * Closes the connection: unsent bytes are sent first, for at most {@code aem.linger} (10 s by default), then it is
     * reset. No handler is called any more but those of close and sock events. Idempotent.
     */
    @Override
    void close();

    /** Closes the connection at once: the peer gets RST, unsent bytes are dropped. Idempotent. */
    void reset();

    /** What the application attached, or null. */
    Object attachment();

    /** Attaches an object of the application's; released with the connection. */
    void attach(Object attachment);

    /**
     * The value of a socket option.
     *
     * @throws SocketFailedException if the connection is closed or the system refuses
     */
    int option(SocketOption option);

    /**
     * Sets a socket option.
     *
     * @throws SocketFailedException if the connection is closed or the system refuses the value
     */
    void option(SocketOption option, int value);
}
