package aem.api.memory;

import aem.api.EventDescriptor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The bytes that a handler is lent: an off-heap block of the runtime's own memory (slides: 'Memory Management').
 *
 * <p><b>Ownership.</b> The block belongs to the runtime, which lends it for the duration of the handler's call. When the
 * handler returns, the block goes back and this object is stale until its event's next activation: every use throws
 * {@link StaleDataException}. To keep the bytes, {@link #copyTo copy} them, or {@link #retain} the block. The object
 * itself belongs to one event for ever; it never shows another event's bytes.
 *
 * <p><b>Threads.</b> Only the thread that runs the handler may use it.
 *
 * <p>The absolute and relative accessors allocate nothing and check every access. {@link #segment} and {@link
 * #byteBuffer} make views, which are objects; they die with the loan. Multi-byte values are big-endian (network order).
 *
 * <p>Every method throws {@link aem.api.StaleDataException} when the caller does not own the data at this moment, and
 * {@link IndexOutOfBoundsException}, which names event and process too, for an access outside {@code 0 .. length()}.
 */
@ProviderType
public interface EventData {
    /** The event that this data belongs to. Never throws. */
    EventDescriptor event();

    /** The number of bytes. */
    int length();

    // absolute

    byte getByte(int index);

    short getShort(int index);

    int getInt(int index);

    long getLong(int index);

    // relative: a read position that starts at 0 in each loan

    /** The index of the next relative read. */
    int position();

    /** Moves the next relative read to {@code index}, {@code 0 .. length()}. */
    void position(int index);

    /** {@code length() - position()}. */
    int remaining();

    byte getByte();

    short getShort();

    int getInt();

    long getLong();

    // copies

    /** Copies {@code length} bytes from {@code index} into {@code target} at {@code offset}. */
    void copyTo(int index, byte[] target, int offset, int length);

    /** Copies {@code length} bytes from {@code index} into {@code target} at {@code offset}. */
    void copyTo(int index, MemorySegment target, long offset, int length);

    /**
     * Copies the bytes from {@link #position()} on, as many as {@code target} has room for; moves both positions.
     *
     * @return the number of bytes copied
     */
    int copyTo(ByteBuffer target);

    /** A new array with all the bytes. */
    byte[] toByteArray();

    /** A new string of all the bytes; malformed input is replaced. */
    String toString(Charset charset);

    // views

    /** A read-only view of the block itself, no copy. Its use after the loan throws {@link IllegalStateException}. */
    MemorySegment segment();

    /**
     * A read-only buffer over the block itself, no copy, in {@link ByteOrder#BIG_ENDIAN}. Its use after the loan throws
     * {@link IllegalStateException}.
     */
    ByteBuffer byteBuffer();

    /**
     * Takes the block over from the runtime: it is not returned when the handler returns, but by {@link
     * RetainedData#release()}. This object is stale from now on. No bytes are copied.
     *
     * <p>The block counts against the process's memory limit until it is released, and is released at the latest when
     * the process closes.
     */
    RetainedData retain();
}
