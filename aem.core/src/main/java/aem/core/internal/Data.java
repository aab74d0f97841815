package aem.core.internal;

import aem.api.EventDescriptor;
import aem.api.StaleDataException;
import aem.api.memory.EventData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

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

    /** Throws if what was read since {@link #check} may have been another's. A lent block is none's but the handler's. */
    void recheck() {}

    final StaleDataException stale(String why) {
        return new StaleDataException(name() + " " + why);
    }

    private String name() {
        return "data of event " + event.id() + " (" + event.kind() + " " + event.operation() + " of process "
                + event.process().name() + ")";
    }

    private void checkRange(int index, int count) {
        if ((index | count) < 0 || index > length - count) {
            throw new IndexOutOfBoundsException(
                    count + " bytes at " + index + " are not within the " + length + " bytes of " + name());
        }
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
        checkRange(index, count);
        return base + index;
    }

    private int advance(int count) {
        int index = position;
        checkRange(index, count);
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
        byte value = region.get(ValueLayout.JAVA_BYTE, at(index, Byte.BYTES));
        recheck();
        return value;
    }

    @Override
    public final short getShort(int index) {
        short value = region.get(SHORT, at(index, Short.BYTES));
        recheck();
        return value;
    }

    @Override
    public final int getInt(int index) {
        int value = region.get(INT, at(index, Integer.BYTES));
        recheck();
        return value;
    }

    @Override
    public final long getLong(int index) {
        long value = region.get(LONG, at(index, Long.BYTES));
        recheck();
        return value;
    }

    @Override
    public final int position() {
        check();
        return position;
    }

    @Override
    public final void position(int index) {
        check();
        checkRange(index, 0);
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
        recheck();
    }

    @Override
    public final void copyTo(int index, MemorySegment target, long offset, int count) {
        MemorySegment.copy(region, at(index, count), target, offset, count);
        recheck();
    }

    @Override
    public final int copyTo(ByteBuffer target) {
        int count = Math.min(remaining(), target.remaining());
        MemorySegment.ofBuffer(target).copyFrom(region.asSlice(at(position, count), count));
        recheck();
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
