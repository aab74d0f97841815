package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoError;
import aem.api.spi.Readiness;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is written, and what of it the socket does not take at once. The limit of unsent bytes is 1000. */
@Timeout(60)
class ConnectionWriteTest {
    private static final int WRITERS = 4;
    private static final int WRITES = 300;

    private final Rig rig = new Rig();
    private final CoreProcess process = rig.process();
    private final CoreConnection connection = rig.connected(process);
    private final FakeSocket socket = FakeIo.socket(connection);

    @AfterEach
    void end() {
        rig.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private void writeAtHome(String... texts) {
        rig.atHome(() -> {
            for (String text : texts) {
                assertTrue(connection.write(bytes(text)));
            }
        });
    }

    /** An event that counts how often there is room again. */
    private int[] roomEvent() {
        int[] calls = {0};
        rig.on(connection, Readiness.ROOM, e -> calls[0]++);
        rig.step();
        return calls;
    }

    @Test
    void shouldGoStraightToTheSocketOnItsOwnWorker() {
        rig.atHome(() -> {
            assertTrue(connection.write(bytes("hello")));
            assertEquals("hello", socket.sent(), "within the call");
            assertEquals(0, connection.unsentBytes());
        });
        assertEquals(0, rig.blocks());
        assertEquals(5, connection.writtenBytes());
    }

    @Test
    void shouldTakeBytesInEveryForm() {
        byte[] hello = bytes("hello");
        ByteBuffer heap = ByteBuffer.wrap(hello).position(1);
        ByteBuffer direct = ByteBuffer.allocateDirect(5).put(hello).flip();
        MemorySegment off = Arena.ofAuto().allocate(5);
        MemorySegment.copy(hello, 0, off, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, 5);
        rig.atHome(() -> {
            assertTrue(connection.write(hello));
            assertTrue(connection.write(hello, 1, 3));
            assertTrue(connection.write(heap));
            assertTrue(connection.write(direct));
            assertTrue(connection.write(off));
            assertTrue(connection.write(MemorySegment.ofArray(hello).asSlice(4)));
            assertTrue(connection.write(new byte[0]));
            assertThrows(IndexOutOfBoundsException.class, () -> connection.write(hello, 3, 3));
        });
        assertEquals("helloellellohellohelloo", socket.sent());
        assertEquals(0, heap.remaining());
        assertEquals(0, direct.remaining());
    }

    @Test
    void shouldWriteWhatItIsLent() {
        CoreConnection other = rig.connected(process);
        rig.on(connection, Readiness.READ, e -> {
            if (e.receive() > 0) {
                assertTrue(other.write(e.data()));
                assertTrue(other.write(e.data(), 1, 2));
            }
        });
        FakeIo.socket(other).room = 2;
        socket.arrive("abcd");
        rig.steps(3);
        FakeIo.socket(other).room = 100;
        rig.steps(2);
        assertEquals("abcdbc", FakeIo.socket(other).sent());
    }

    @Test
    void shouldKeepTheOrderOfWhatTheSocketDoesNotTake() {
        socket.room = 3;
        writeAtHome("abcdef", "ghi");
        assertEquals("abc", socket.sent());
        assertEquals(6, connection.unsentBytes());
        assertEquals(1, rig.blocks());
        socket.room = 1;
        writeAtHome("jkl"); // the new bytes wait behind the old ones though there is room
        rig.step();
        assertEquals("abcd", socket.sent());
        socket.room = 100;
        rig.steps(2);
        assertEquals("abcdefghijkl", socket.sent());
        assertEquals(0, rig.blocks());
    }

    @Test
    void shouldSendByShortWrites() {
        socket.room = 0;
        byte[] all = pattern(1000);
        rig.atHome(() -> assertTrue(connection.write(all)));
        socket.room = Integer.MAX_VALUE;
        socket.bytesPerCall = 7;
        rig.step();
        assertTrue(connection.unsentBytes() > 0, "one connection does not hold up the others");
        rig.steps(20);
        assertArrayEquals(all, socket.sent.toByteArray());
    }

    @Test
    void shouldTakeAWriteWholeOrRefuseItWhole() {
        socket.room = 0;
        rig.atHome(() -> {
            assertTrue(connection.write(new byte[600]));
            assertFalse(connection.write(new byte[401]));
            assertEquals(600, connection.unsentBytes());
            assertTrue(connection.write(new byte[400]));
            assertFalse(connection.write(new byte[1]));
        });
        assertEquals(1000, connection.unsentBytes());
        socket.room = 10_000;
        rig.steps(2);
        assertEquals(1000, socket.sent.size());
    }

    @Test
    void shouldNotMoveABufferWhoseBytesAreRefused() {
        socket.room = 0;
        ByteBuffer buffer = ByteBuffer.allocate(600);
        rig.atHome(() -> {
            assertTrue(connection.write(buffer));
            buffer.clear();
            assertFalse(connection.write(buffer));
        });
        assertEquals(600, buffer.remaining());
    }

    @Test
    void shouldRefuseWhatCouldNeverFit() {
        IllegalArgumentException tooLong =
                assertThrows(IllegalArgumentException.class, () -> connection.write(new byte[1001]));
        assertTrue(tooLong.getMessage().contains("1001 bytes"), tooLong.getMessage());
        assertTrue(tooLong.getMessage().contains("unsent bytes, 1000"), tooLong.getMessage());
        IllegalArgumentException limit =
                assertThrows(IllegalArgumentException.class, () -> connection.unsentLimitBytes(0));
        assertTrue(limit.getMessage().contains("from 1 to 16777216: 0"), limit.getMessage());
        assertThrows(IllegalArgumentException.class, () -> connection.unsentLimitBytes((16 << 20) + 1));
        connection.unsentLimitBytes(1001);
        assertTrue(connection.write(new byte[1001]));
    }

    @Test
    void shouldTellOnceThatThereIsRoomAgain() {
        int[] rooms = roomEvent();
        socket.room = 0;
        writeAtHome("x".repeat(500));
        socket.room = 500;
        rig.steps(3);
        assertEquals(0, rooms[0], "it was never more than half full");
        socket.room = 0;
        writeAtHome("x".repeat(501));
        rig.steps(2);
        socket.room = 1;
        rig.steps(2);
        assertEquals(1, rooms[0]);
        socket.room = 1000;
        rig.steps(3);
        assertEquals(1, rooms[0]);
    }

    @Test
    void shouldTellThatThereIsRoomAfterARefusal() {
        int[] rooms = roomEvent();
        socket.room = 0;
        writeAtHome("x".repeat(400));
        rig.atHome(() -> assertFalse(connection.write(new byte[700])));
        rig.steps(2);
        assertEquals(0, rooms[0]);
        socket.room = 1;
        rig.steps(3);
        assertEquals(1, rooms[0]);
    }

    @Test
    void shouldTakeWhatOtherThreadsWrite() {
        assertTrue(connection.write(bytes("hello ")));
        assertTrue(connection.write(bytes("world")));
        assertEquals(11, connection.unsentBytes());
        assertEquals("", socket.sent());
        rig.step();
        assertEquals("hello world", socket.sent());
        assertEquals(0, connection.unsentBytes());
    }

    @Test
    void shouldCopyWhatOtherThreadsWrite() {
        byte[] mine = bytes("hello");
        assertTrue(connection.write(mine));
        mine[0] = 'J';
        rig.step();
        assertEquals("hello", socket.sent());
    }

    @Test
    void shouldRefuseOtherThreadsAboveTheLimitAndTellThemWhenThereIsRoom() {
        int[] rooms = roomEvent();
        assertTrue(connection.write(new byte[900]));
        assertFalse(connection.write(new byte[200]));
        rig.steps(3);
        assertEquals(1, rooms[0]);
        assertEquals(900, socket.sent.size());
    }

    @Test
    void shouldNotBeHeldUpByAThreadThatTriesAgainAndAgain() {
        int[] rooms = roomEvent();
        assertTrue(connection.write(new byte[900]));
        for (int i = 0; i < 10_000; i++) {
            assertFalse(connection.write(new byte[200]));
        }
        rig.step();
        assertEquals(900, socket.sent.size(), "the refusals do not stand before the write");
        rig.steps(2);
        assertEquals(1, rooms[0]);
    }

    @Test
    void shouldShutDownBehindAllThatWasTaken() {
        socket.room = 0;
        rig.atHome(() -> assertTrue(connection.write(bytes("one "))));
        socket.room = 100;
        assertTrue(connection.write(bytes("two")));
        connection.shutdownOutput(); // the worker sends the first before it hears of the second
        rig.steps(3);
        assertEquals("one two", socket.sent());
        assertTrue(socket.outputShut);
    }

    @Test
    void shouldRefuseWhenTheLaneIsFull() {
        connection.unsentLimitBytes(1 << 20);
        int taken = 0;
        while (connection.write(new byte[1])) {
            taken++;
        }
        assertEquals(4096, taken);
        assertEquals(1, rig.worker.refusedSubmissions());
        assertEquals(4096, connection.unsentBytes());
        rig.steps(20);
        assertEquals(4096, socket.sent.size());
        assertTrue(connection.write(new byte[1]));
    }

    @Test
    void shouldKeepTheOrderOfEachWriterAndNeverMixTwoWrites() throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
            int writer = w;
            writers.add(new Thread(() -> {
                for (int i = 0; i < WRITES; i++) {
                    byte[] record = bytes("<%d:%d:%s>".formatted(writer, i, "x".repeat(i % 50)));
                    while (!connection.write(record)) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        socket.bytesPerCall = 13;
        rig.running(() -> {
            writers.forEach(Thread::start);
            for (Thread writer : writers) {
                try {
                    writer.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
        rig.steps(20);
        int[] next = new int[WRITERS];
        for (String record : socket.sent().substring(1).split("[<>]+")) {
            String[] parts = record.split(":", -1);
            int writer = Integer.parseInt(parts[0]);
            assertEquals(next[writer]++, Integer.parseInt(parts[1]), "order of writer " + writer);
            assertEquals(Integer.parseInt(parts[1]) % 50, parts[2].length(), record);
        }
        for (int count : next) {
            assertEquals(WRITES, count);
        }
    }

    @Test
    void shouldWriteLargeArraysInPieces() {
        connection.unsentLimitBytes(1 << 20);
        byte[] all = pattern(200_000);
        rig.atHome(() -> assertTrue(connection.write(all)));
        assertArrayEquals(all, socket.sent.toByteArray());
        socket.sent.reset();
        socket.room = 100_000;
        rig.atHome(() -> assertTrue(connection.write(all)));
        assertEquals(100_000, connection.unsentBytes());
        socket.room = Integer.MAX_VALUE;
        rig.steps(3);
        assertArrayEquals(all, socket.sent.toByteArray());
    }

    @Test
    void shouldKeepWhatIsWrittenBeforeItIsConnected() {
        CoreConnection early = rig.connecting(process);
        rig.on(early, Readiness.CONNECT, e -> {
            e.end();
            e.finishConnect();
        });
        assertTrue(early.write(bytes("first ")));
        rig.atHome(() -> assertTrue(early.write(bytes("second"))));
        FakeSocket fresh = FakeIo.socket(early);
        assertEquals("", fresh.sent());
        fresh.connectEnds(0);
        rig.steps(4);
        String sent = fresh.sent();
        assertTrue(sent.equals("first second") || sent.equals("secondfirst "), sent);
    }

    @Test
    void shouldWriteOutsideOfThePoolWhenItIsFull() {
        CoreProcess poor = rig.process(aem.api.ProcessLimits.DEFAULT.withMemoryBytes(64));
        CoreConnection own = rig.connected(poor);
        FakeIo.socket(own).room = 1;
        rig.atHome(() -> assertTrue(own.write(bytes("hello"))));
        assertEquals(0, rig.blocks());
        FakeIo.socket(own).room = 10;
        rig.steps(2);
        assertEquals("hello", FakeIo.socket(own).sent());
    }

    @Test
    void shouldRefuseEveryWriteOnceItIsOver() {
        for (IoError error : IoError.values()) {
            CoreConnection own = rig.connected(process);
            FakeIo.socket(own).writeError = error;
            rig.atHome(() -> assertFalse(own.write(bytes("x")), error.name()));
            assertFalse(own.isOpen());
            assertEquals(error, own.error());
            assertFalse(own.write(bytes("x")));
            assertTrue(FakeIo.socket(own).closed);
        }
        connection.shutdownOutput();
        assertFalse(connection.write(bytes("x")));
        rig.steps(2);
        assertTrue(socket.outputShut);
    }
}
