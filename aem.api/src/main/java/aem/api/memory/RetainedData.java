package aem.api.memory;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Data whose block was taken over by {@link EventData#retain()}. It belongs to its holder until {@link #release()}, and
 * may be used on any thread, by one at a time: handing it from one thread to another must be a safe publication.
 *
 * <p>Data that is lost (nobody refers to it any more, and it was not released) is found by the garbage collector some time
 * later: the block goes back then, and a report names its event and process.
 *
 * <p>{@link #segment()} and {@link #byteBuffer()} make read-only copies here, which outlive the data; {@link #retain()}
 * throws {@link aem.api.StaleDataException}.
 */
@ProviderType
public interface RetainedData extends EventData, AutoCloseable {
    /**
     * Returns the block. Any thread.
     *
     * @throws aem.api.StaleDataException if it was released before, by the holder or by the closing of its process; the
     *     message names the event
     */
    void release();

    /** Returns the block unless that has been done. */
    @Override
    void close();
}
