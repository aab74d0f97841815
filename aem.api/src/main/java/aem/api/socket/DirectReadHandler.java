package aem.api.socket;

import aem.api.EventDescriptor;
import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Has data read into the application's own memory (slides: 'Memory Management', "direct copy"), where {@link ReadHandler}
 * is lent a block of the runtime's ("mapping"). Both methods are called on the home worker, one after the other.
 *
 * <p>An example, which fills a message of known length:
 *
 * <pre>{@code
 * private final MemorySegment message = MemorySegment.ofArray(new byte[1000]);
 * private MemorySegment rest = message;
 *
 * public MemorySegment destination(Connection connection) {
 *     return rest;
 * }
 *
 * public void onRead(EventDescriptor event, Connection connection, int length) {
 *     rest = rest.asSlice(length);
 *     if (rest.byteSize() == 0) {
 *         handle(message);
 *         rest = message;
 *     }
 * }
 * }</pre>
 */
@ConsumerType
public interface DirectReadHandler {
    /**
     * Names the memory that the next bytes are read into, from its start. Called when there is something to read, before
     * each {@link #onRead}; now and then nothing comes after it, because somebody else has read it or the peer has ended.
     * The memory is the application's before, meanwhile and afterwards; the runtime keeps no reference to it.
     *
     * @return of at least 1 byte, writable, and accessible to the worker's thread: {@link MemorySegment#ofArray(byte[])},
     *     {@link MemorySegment#ofBuffer} (what is between the buffer's position and its limit), or native memory of a
     *     shared, automatic or global arena. To make no object for each read, return the same segment again
     */
    MemorySegment destination(Connection connection);

    /**
     * @param event the read event
     * @param connection where the data came from
     * @param length the number of bytes that stand at the start of the {@link #destination}; at least 1
     * @throws Exception as of {@link ReadHandler#onRead}
     */
    void onRead(EventDescriptor event, Connection connection, int length) throws Exception;
}
