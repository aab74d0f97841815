package aem.core.internal;

import aem.api.EventDescriptor;
import aem.api.StaleDataException;
import aem.api.memory.EventData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.Objects;

/** The accessors that lent and retained data have in common. They differ in who may use them: {@link #check}. */
abstract class Data implements EventData {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    final Event event;
    long block;
    MemorySegment region;
    long base;
    int length;
    private int position;

    Data(Event event) {
        this.event = event;
    }

    /** Throws unless the caller owns the data at this moment. */
    abstract void check();

    final StaleDataException stale(String why) {
        return new StaleDataException("data of event " + event.id() + " (" + event.kind() + " " + event.operation()
                + " of process " + event.process().name() + ") " + why);
    }

    final void set(long newBlock, MemorySegment newRegion, long newBase, int newLength) {
        block = newBlock;
        region = newRegion;
        base = newBase;
        length = newLength;
        position = 0;
    }

    /** The address of {@code count} bytes at {@code index} within the region. */
    final long at(int index, int count) {
        check();
        return base + Objects.checkFromIndexSize(index, count, length);
    }

    private int advance(int count) {
        int index = position;
        Objects.checkFromIndexSize(index, count, length);
        position = index + count;
        return index;
    }

    @Override
    public final EventDescriptor event() {
        return event;
    }

    @Override
    public final int length() {
        check();
        return length;
    }

    @Override
    public final byte getByte(int index) {
        return region.get(ValueLayout.JAVA_BYTE, at(index, Byte.BYTES));
    }

    @Override
    public final short getShort(int index) {
        return region.get(SHORT, at(index, Short.BYTES));
    }

    @Override
    public final int getInt(int index) {
        return region.get(INT, at(index, Integer.BYTES));
    }

    @Override
    public final long getLong(int index) {
        return region.get(LONG, at(index, Long.BYTES));
    }

    @Override
    public final int position() {
        check();
        return position;
    }

    @Override
    public final void position(int index) {
        check();
        Objects.checkFromToIndex(index, length, length);
        position = index;
    }

    @Override
    public final int remaining() {
        check();
        return length - position;
    }

    @Override
    public final byte getByte() {
        check();
        return getByte(advance(Byte.BYTES));
    }

    @Override
    public final short getShort() {
        check();
        return getShort(advance(Short.BYTES));
    }

    @Override
    public final int getInt() {
        check();
        return getInt(advance(Integer.BYTES));
    }

    @Override
    public final long getLong() {
        check();
        return getLong(advance(Long.BYTES));
    }

    @Override
    public final void copyTo(int index, byte[] target, int offset, int count) {
        MemorySegment.copy(region, ValueLayout.JAVA_BYTE, at(index, count), target, offset, count);
    }

    @Override
    public final void copyTo(int index, MemorySegment target, long offset, int count) {
        MemorySegment.copy(region, at(index, count), target, offset, count);
    }

    @Override
    public final int copyTo(ByteBuffer target) {
        int count = Math.min(remaining(), target.remaining());
        MemorySegment.ofBuffer(target).copyFrom(region.asSlice(at(position, count), count));
        target.position(target.position() + count);
        position += count;
        return count;
    }

    @Override
    public final byte[] toByteArray() {
        byte[] bytes = new byte[length()];
        copyTo(0, bytes, 0, bytes.length);
        return bytes;
    }

    @Override
    public final String toString(Charset charset) {
        return new String(toByteArray(), charset);
    }

    @Override
    public final ByteBuffer byteBuffer() {
        return segment().asByteBuffer();
    }
}
