package aem.tck;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoResult;
import aem.api.io.Poller;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** read and write. */
abstract class IoTransferContract extends IoConnectContract {
    @Test
    void shouldReadWhatWasWritten() throws IOException {
        Pair pair = pair();
        writeText(pair.client(), "hello");
        assertEquals("hello", readText(pair.server()));
        writeText(pair.server(), "and back");
        assertEquals("and back", readText(pair.client()));
    }

    @Test
    void shouldTransferAtTheOffsetAndTouchNothingElse() throws IOException {
        Pair pair = pair();
        memory.asSlice(0, 10).copyFrom(MemorySegment.ofArray("0123456789".getBytes(US_ASCII)));
        assertResult(4, io.write(pair.client(), memory, 3, 4));
        memory.fill((byte) '-');
        assertResult(4, untilDone(() -> io.read(pair.server(), memory, 5, 6)));
        assertEquals("-----3456------", new String(memory.asSlice(0, 15).toArray(JAVA_BYTE), US_ASCII));
    }

    @Test
    void shouldReadNoMoreThanAsked() throws IOException {
        Pair pair = pair();
        writeText(pair.client(), "abcdef");
        assertResult(4, untilDone(() -> io.read(pair.server(), memory, 0, 4)));
        assertEquals("ef", readText(pair.server()));
    }

    @Test
    void shouldTransferTheLastByteOfARegion() throws IOException {
        Pair pair = pair();
        memory.set(JAVA_BYTE, MEMORY_BYTES - 1, (byte) 42);
        assertResult(1, io.write(pair.client(), memory, MEMORY_BYTES - 1, 1));
        memory.set(JAVA_BYTE, MEMORY_BYTES - 1, (byte) 0);
        assertResult(1, untilDone(() -> io.read(pair.server(), memory, MEMORY_BYTES - 1, 1)));
        assertEquals(42, memory.get(JAVA_BYTE, MEMORY_BYTES - 1));
    }

    @Test
    void shouldReadIntoMemoryOfAnyKind() throws IOException {
        Pair pair = pair();
        byte[] array = new byte[10];
        List<MemorySegment> destinations = List.of(
                MemorySegment.ofArray(array),
                MemorySegment.ofArray(new byte[20]).asSlice(7, 10),
                MemorySegment.ofBuffer(ByteBuffer.allocate(30).position(5).limit(15)),
                MemorySegment.ofBuffer(ByteBuffer.allocateDirect(30).position(5).limit(15)),
                MemorySegment.ofArray(new long[2]).asSlice(3, 10),
                Arena.ofAuto().allocate(10),
                memory.asSlice(100, 10));
        for (MemorySegment destination : destinations) {
            writeText(pair.client(), "0123456789AB");
            destination.fill((byte) '-');
            assertResult(7, untilDone(() -> io.readInto(pair.server(), destination, 7)));
            assertEquals("0123456---", new String(destination.toArray(JAVA_BYTE), US_ASCII));
            assertResult(5, untilDone(() -> io.readInto(pair.server(), destination, 10)));
            assertEquals("789AB56---", new String(destination.toArray(JAVA_BYTE), US_ASCII));
            assertResult(IoResult.WOULD_BLOCK, io.readInto(pair.server(), destination, 10));
        }
        assertEquals('7', array[0]);
        assertResult(0, io.shutdownOutput(pair.client()));
        assertResult(IoResult.EOF, untilDone(() -> io.readInto(pair.server(), MemorySegment.ofArray(array), 10)));
    }

    @Test
    void shouldNotReadIntoWhatMayNotBeUsed() throws IOException, InterruptedException {
        Pair pair = pair();
        writeText(pair.client(), "hello");
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(10);
        }
        MemorySegment[] foreign = {null};
        Thread other = new Thread(() -> foreign[0] = Arena.ofConfined().allocate(10));
        other.start();
        other.join();
        MemorySegment array = MemorySegment.ofArray(new byte[10]);
        assertThrows(IllegalStateException.class, () -> io.readInto(pair.server(), closed, 10));
        assertThrows(WrongThreadException.class, () -> io.readInto(pair.server(), foreign[0], 10));
        assertThrows(IllegalArgumentException.class, () -> io.readInto(pair.server(), array.asReadOnly(), 10));
        assertThrows(IllegalArgumentException.class, () -> io.readInto(pair.server(), array, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> io.readInto(pair.server(), array, 11));
        assertThrows(IndexOutOfBoundsException.class, () -> io.readInto(pair.server(), array, -1));
        assertEquals("hello", readText(pair.server()), "nothing was lost");
    }

    @Test
    void shouldReadNothingWhenNothingIsThere() throws IOException {
        Pair pair = pair();
        assertResult(IoResult.WOULD_BLOCK, io.read(pair.server(), memory, 0, MEMORY_BYTES));
        assertResult(IoResult.WOULD_BLOCK, io.read(pair.client(), memory, 0, 1));
    }

    @Test
    void shouldReportOutputWhenAFullSocketHasRoomAgain() throws IOException {
        Pair pair = pair();
        long filledBytes = fill(pair.client());
        assertTrue(filledBytes > 0);
        poller.add(pair.client(), Poller.OUT, 9);
        assertEquals(0, poll(0), "room in a full socket");
        long drainedBytes = 0;
        while (drainedBytes < filledBytes) {
            int bytes = read(pair.server());
            assertTrue(bytes > 0, () -> "read: " + describe(bytes));
            drainedBytes += bytes;
        }
        assertEquals(filledBytes, drainedBytes);
        assertEquals(Poller.OUT, awaitReady(9, Poller.OUT));
        assertTrue(io.write(pair.client(), memory, 0, 1) == 1);
    }

    @Test
    void shouldKeepEveryByteInOrderThroughShortWrites() throws IOException {
        Pair pair = pair();
        long totalBytes = 8L << 20;
        long writtenBytes = 0;
        long readBytes = 0;
        int half = MEMORY_BYTES / 2;
        while (readBytes < totalBytes) {
            int wanted = (int) Math.min(half, totalBytes - writtenBytes);
            if (wanted > 0) {
                for (int i = 0; i < wanted; i++) {
                    memory.set(JAVA_BYTE, i, pattern(writtenBytes + i));
                }
                int bytes = io.write(pair.client(), memory, 0, wanted);
                assertTrue(bytes > 0 || bytes == IoResult.WOULD_BLOCK, () -> "write: " + describe(bytes));
                writtenBytes += Math.max(0, bytes);
                if (bytes > 0 && writtenBytes < totalBytes) {
                    continue; // fill it before it is drained
                }
            }
            int bytes = untilDone(() -> io.read(pair.server(), memory, half, half));
            assertTrue(bytes > 0, () -> "read: " + describe(bytes));
            for (int i = 0; i < bytes; i++) {
                if (memory.get(JAVA_BYTE, half + i) != pattern(readBytes + i)) {
                    assertEquals(pattern(readBytes + i), memory.get(JAVA_BYTE, half + i), "byte " + (readBytes + i));
                }
            }
            readBytes += bytes;
        }
        assertEquals(totalBytes, writtenBytes);
        assertResult(IoResult.WOULD_BLOCK, io.read(pair.server(), memory, 0, 1));
    }

    /** Not periodic in any power of 2, so that a lost or repeated buffer shows. */
    private static byte pattern(long position) {
        return (byte) (position % 251);
    }
}
