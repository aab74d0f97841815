package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.Control;
import aem.api.EventFlag;
import aem.api.ProcessLimits;
import aem.api.StaleDataException;
import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.memory.EventData;
import aem.api.memory.RetainedData;
import aem.api.socket.CloseReason;
import aem.api.socket.SocketState;
import aem.api.spi.Readiness;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read, when, into what memory. */
@Timeout(60)
class ConnectionReadTest {
    private final Rig rig = new Rig();
    private final CoreProcess process = rig.process();
    private final CoreConnection connection = rig.connected(process);
    private final FakeSocket socket = FakeIo.socket(connection);
    private final StringBuilder read = new StringBuilder();
    private final List<Integer> results = new ArrayList<>();

    @AfterEach
    void end() {
        rig.close();
    }

    private static String text(EventData data) {
        return data.toString(StandardCharsets.ISO_8859_1);
    }

    private Event reader(CoreConnection from, EventFlag... flags) {
        Event event = rig.on(
                from,
                Readiness.READ,
                e -> {
                    int result = e.receive();
                    results.add(result);
                    if (result > 0) {
                        read.append(text(e.data()));
                    } else if (result == IoResult.WOULD_BLOCK) {
                        e.again();
                    }
                },
                flags);
        rig.steps(2);
        return event;
    }

    private int reportsDuring(Runnable action) {
        int before = socket.reports;
        action.run();
        return socket.reports - before;
    }

    @Test
    void shouldReadWhatArrivesAndGiveTheBlockBack() {
        reader(connection);
        socket.arrive("hello");
        rig.steps(2);
        assertEquals("hello", read.toString());
        assertEquals(0, rig.blocks());
        assertEquals(5, connection.readBytes());
    }

    @Test
    void shouldReadInOrderHoweverSmallThePieces() {
        reader(connection);
        socket.bytesPerCall = 3;
        socket.arrive("hello ");
        socket.arrive("world");
        rig.steps(20);
        assertEquals("hello world", read.toString());
    }

    @Test
    void shouldReadIntoMemoryOfTheApplication() {
        byte[] own = new byte[4];
        rig.on(connection, Readiness.READ, e -> {
            int length = e.receive(MemorySegment.ofArray(own));
            results.add(length);
            if (length > 0) {
                read.append(new String(own, 0, length, StandardCharsets.ISO_8859_1));
                assertEquals(0, rig.blocks(), "no block is taken");
            } else if (length == IoResult.WOULD_BLOCK) {
                e.again();
            }
        });
        socket.arrive("hello world");
        rig.steps(8);
        assertEquals("hello world", read.toString());
        assertEquals(11, connection.readBytes());
        socket.fin();
        rig.steps(3);
        assertEquals(IoResult.EOF, results.getLast());
        assertFalse(connection.isOpen());
    }

    @Test
    void shouldReadNoMoreIntoItThanAnAnswerHasRoomFor() {
        connection.unsentLimitBytes(100);
        byte[] own = new byte[1000];
        rig.on(connection, Readiness.READ, e -> results.add(e.receive(MemorySegment.ofArray(own))));
        socket.arrive("x".repeat(80));
        rig.steps(4);
        assertEquals(List.of(50, 30), results);
    }

    @Test
    void shouldRefuseADestinationThatNothingCanBeReadInto() {
        List<MemorySegment> wrong = new ArrayList<>();
        wrong.add(null);
        wrong.add(MemorySegment.ofArray(new byte[0]));
        wrong.add(MemorySegment.ofArray(new byte[8]).asReadOnly());
        List<String> messages = new ArrayList<>();
        rig.on(connection, Readiness.READ, e -> {
            for (MemorySegment destination : wrong) {
                messages.add(assertThrows(IllegalArgumentException.class, () -> e.receive(destination))
                        .getMessage());
            }
            e.receive();
        });
        socket.arrive("hello");
        rig.steps(3);
        assertEquals(3, messages.size());
        messages.forEach(message -> assertTrue(message.contains("process app"), message));
    }

    @Test
    void shouldNotTouchABlockAfterItsLoan() {
        EventData[] lent = {null};
        rig.on(connection, Readiness.READ, e -> {
            e.receive();
            lent[0] = e.data();
            assertEquals("hello", text(lent[0]));
        });
        socket.arrive("hello");
        rig.steps(3);
        assertEquals(0, rig.ledger().failed);
        StaleDataException stale = assertThrows(StaleDataException.class, () -> lent[0].getByte(0));
        assertTrue(stale.getMessage().contains("after its handler returned"), stale.getMessage());
        assertThrows(StaleDataException.class, () -> connection.write(lent[0]));
    }

    @Test
    void shouldLendToTheHandlersThreadOnly() {
        boolean[] refused = {false};
        rig.on(connection, Readiness.READ, e -> {
            e.receive();
            Thread other = new Thread(() -> refused[0] = isStale(e.data()));
            other.start();
            other.join();
        });
        socket.arrive("hello");
        rig.steps(3);
        assertTrue(refused[0]);
    }

    private static boolean isStale(EventData data) {
        try {
            data.getByte(0);
            return false;
        } catch (StaleDataException e) {
            return true;
        }
    }

    @Test
    void shouldKeepWhatIsRetainedUntilItIsReleased() throws InterruptedException {
        List<RetainedData> kept = new ArrayList<>();
        rig.on(connection, Readiness.READ, e -> {
            if (e.receive() > 0) {
                kept.add(e.data().retain());
                assertTrue(isStale(e.data()));
            }
        });
        socket.arrive("one");
        rig.steps(3);
        socket.arrive("two");
        rig.steps(2);
        assertEquals(2, rig.blocks());
        assertEquals("one", text(kept.get(0)));
        Thread other = new Thread(() -> kept.get(0).release());
        other.start();
        other.join();
        rig.step();
        assertEquals(1, rig.blocks());
        assertEquals("two", text(kept.get(1)));
        assertThrows(StaleDataException.class, () -> kept.get(0).release());
        kept.get(0).close();
        assertThrows(StaleDataException.class, () -> text(kept.get(0)));
    }

    @Test
    void shouldReleaseWhatIsRetainedWithItsProcess() {
        CoreProcess other = rig.process();
        CoreConnection own = rig.connected(other);
        List<RetainedData> kept = new ArrayList<>();
        rig.on(own, Readiness.READ, e -> {
            if (e.receive() > 0) {
                kept.add(e.data().retain());
            }
        });
        FakeIo.socket(own).arrive("one");
        rig.steps(3);
        rig.running(other::close);
        rig.step();
        assertEquals(0, rig.blocks());
        StaleDataException stale =
                assertThrows(StaleDataException.class, () -> kept.get(0).release());
        assertTrue(stale.getMessage().contains("process"), stale.getMessage());
        kept.get(0).close();
    }

    @Test
    void shouldGiveTheBlockBackWhenTheHandlerThrows() {
        rig.on(connection, Readiness.READ, e -> {
            e.receive();
            throw new IllegalStateException();
        });
        socket.arrive("hello");
        rig.steps(3);
        assertEquals(1, rig.ledger().failed);
        assertEquals(0, rig.blocks());
    }

    @Test
    void shouldGiveTheBlockBackWhenTheHandlerCancelsItsEvent() {
        rig.on(connection, Readiness.READ, e -> {
            e.receive();
            e.descriptor().cancel();
            assertEquals("hello", text(e.data()), "a handler that is running finishes first");
        });
        socket.arrive("hello");
        rig.steps(3);
        assertEquals(0, rig.ledger().failed);
        assertEquals(0, rig.blocks());
    }

    @Test
    void shouldGiveTheBlockBackWhenTheHandlerClosesItsConnectionOrProcess() {
        CoreProcess other = rig.process();
        CoreConnection own = rig.connected(other);
        for (CoreConnection each : List.of(connection, own)) {
            rig.on(each, Readiness.READ, e -> {
                e.receive();
                if (each == connection) {
                    each.reset();
                } else {
                    other.close();
                }
                read.append(text(e.data()));
            });
            FakeIo.socket(each).arrive("x");
        }
        rig.steps(3);
        assertEquals("xx", read.toString());
        assertEquals(0, rig.ledger().failed);
        assertEquals(0, rig.blocks());
    }

    @Test
    void shouldNotBePolledWhileItsActivationWaitsOrItIsSuspended() {
        Event event = reader(connection);
        event.control(new Control.Suspend());
        rig.step();
        socket.arrive("hello");
        assertTrue(reportsDuring(() -> rig.steps(20)) <= 1);
        event.control(new Control.Resume());
        rig.steps(3);
        assertEquals("hello", read.toString());
    }

    @Test
    void shouldPauseAboveHalfOfTheUnsentLimitAndGoOnBelow() {
        reader(connection);
        socket.room = 0;
        rig.atHome(() -> assertTrue(connection.write(new byte[501])));
        socket.arrive("hello");
        assertTrue(reportsDuring(() -> rig.steps(20)) <= 1);
        assertEquals("", read.toString());
        socket.room = 1;
        rig.steps(4);
        assertEquals("hello", read.toString());
    }

    @Test
    void shouldWaitForMemoryOfItsProcess() {
        CoreProcess poor = rig.process(ProcessLimits.DEFAULT.withMemoryBytes(512));
        CoreConnection own = rig.connected(poor);
        FakeSocket poorSocket = FakeIo.socket(own);
        List<RetainedData> kept = new ArrayList<>();
        rig.on(own, Readiness.READ, e -> {
            if (e.receive() > 0) {
                read.append(text(e.data()));
                kept.add(e.data().retain());
            }
        });
        poorSocket.arrive("one ");
        rig.steps(4);
        poorSocket.arrive("two");
        rig.steps(4);
        assertEquals("one ", read.toString());
        assertTrue(rig.reported("(limit 512 bytes"), rig.reports().toString());
        int before = poorSocket.reports;
        rig.steps(20);
        assertTrue(poorSocket.reports - before <= 1, "polled: " + (poorSocket.reports - before));
        kept.get(0).release();
        rig.steps(4);
        assertEquals("one two", read.toString());
    }

    @Test
    void shouldTryAgainWhenMemoryMayBeFreeElsewhere() {
        reader(connection);
        rig.memory.cap.exhausted = true;
        socket.arrive("hello");
        rig.steps(5);
        assertEquals("", read.toString());
        rig.memory.cap.exhausted = false;
        rig.after(Duration.ofSeconds(1));
        rig.steps(3);
        assertEquals("hello", read.toString());
    }

    @Test
    void shouldCloseAtTheEndOfItsInput() {
        reader(connection);
        socket.arrive("bye");
        socket.fin();
        rig.steps(4);
        assertEquals("bye", read.toString());
        assertFalse(connection.isOpen());
        assertEquals(CloseReason.PEER_CLOSED, connection.closeReason());
        assertTrue(socket.closed);
        assertFalse(socket.reset);
        assertEquals(0, process.eventCount());
    }

    @Test
    void shouldSendWhatIsUnsentBeforeItClosesAtTheEndOfItsInput() {
        reader(connection);
        socket.room = 0;
        rig.atHome(() -> connection.write("answer".getBytes(StandardCharsets.ISO_8859_1)));
        socket.fin();
        rig.steps(4);
        assertTrue(connection.isOpen());
        assertEquals(SocketState.SS_DISCONNECTING, connection.state());
        socket.room = 100;
        rig.steps(2);
        assertEquals("answer", socket.sent());
        assertTrue(socket.closed);
    }

    @Test
    void shouldLetTheCloseHandlerAnswerTheEndOfItsInput() {
        reader(connection);
        rig.on(connection, Readiness.CLOSE, e -> {
            e.end();
            assertEquals(CloseReason.PEER_CLOSED, e.endpoint().closeReason());
            assertTrue(e.connection().write("bye".getBytes(StandardCharsets.ISO_8859_1)));
        });
        rig.step();
        socket.fin();
        rig.steps(5);
        assertEquals("bye", socket.sent());
        assertTrue(socket.closed);
        assertEquals(0, rig.ledger().failed);
    }

    @Test
    void shouldStayHalfOpenIfThatIsWanted() {
        connection.halfOpen(true);
        reader(connection);
        int[] closes = {0};
        rig.on(connection, Readiness.CLOSE, e -> {
            closes[0]++;
            e.end();
        });
        socket.fin();
        assertTrue(reportsDuring(() -> rig.steps(20)) <= 2, "an end of stream stays ready for ever");
        assertEquals(1, closes[0]);
        assertTrue(connection.isOpen());
        rig.atHome(() -> assertTrue(connection.write("later".getBytes(StandardCharsets.ISO_8859_1))));
        connection.close();
        rig.steps(2);
        assertEquals("later", socket.sent());
        assertTrue(socket.closed);
    }

    @Test
    void shouldReadEverythingBeforeAHangUp() {
        reader(connection);
        socket.bytesPerCall = 2;
        socket.arrive("last words");
        socket.fin();
        socket.hangup = true;
        rig.steps(12);
        assertEquals("last words", read.toString());
        assertFalse(connection.isOpen());
        assertEquals(CloseReason.PEER_CLOSED, connection.closeReason());
    }

    @Test
    void shouldEndWithEveryErrorThatReadingMeets() {
        for (IoError error : IoError.values()) {
            CoreConnection own = rig.connected(process);
            reader(own);
            CloseReason[] told = {null};
            rig.on(own, Readiness.CLOSE, e -> {
                told[0] = e.endpoint().closeReason();
                e.end();
            });
            rig.step();
            FakeIo.socket(own).arriving.add(error);
            rig.steps(4);
            CloseReason reason = switch (error) {
                case CONNECTION_RESET, BROKEN_PIPE -> CloseReason.PEER_RESET;
                case TIMED_OUT, HOST_UNREACHABLE, NETWORK_UNREACHABLE -> CloseReason.TIMED_OUT;
                default -> CloseReason.FAILED;
            };
            assertEquals(reason, told[0], error.name());
            assertEquals(error, own.error());
            assertEquals(SocketState.SS_FREE, own.state());
            assertTrue(FakeIo.socket(own).closed);
        }
    }

    @Test
    void shouldReadOnceForAOneShotAndLeaveTheRestToTheNext() {
        Event first = reader(connection, EventFlag.ONESHOT);
        socket.bytesPerCall = 3;
        socket.arrive("abcdef");
        rig.steps(4);
        assertEquals("abc", read.toString());
        assertTrue(first.isEnded());
        assertEquals(0, reportsDuring(() -> rig.steps(10)));
        reader(connection, EventFlag.ONESHOT);
        rig.steps(3);
        assertEquals("abcdef", read.toString());
    }

    @Test
    void shouldHaveOneReaderAtATime() {
        Event first = reader(connection);
        IllegalArgumentException second =
                assertThrows(IllegalArgumentException.class, () -> rig.on(connection, Readiness.READ, e -> {}));
        assertTrue(second.getMessage().contains("already has an event"), second.getMessage());
        assertEquals(1, process.eventCount());
        first.cancel();
        rig.step();
        assertNotNull(reader(connection));
        connection.reset();
        rig.step();
        IllegalStateException closed =
                assertThrows(IllegalStateException.class, () -> rig.on(connection, Readiness.READ, e -> {}));
        assertTrue(closed.getMessage().contains("is closed"), closed.getMessage());
    }

    @Test
    void shouldNotBeToldOfAHandleThatHasTheSameSlotNow() {
        reader(connection);
        CoreConnection[] next = {null};
        // in one batch: the first one's end makes its slot free, the second one's report is of the old key
        CoreConnection second = rig.connected(process);
        Event resets = rig.on(second, Readiness.READ, e -> {
            e.receive();
            connection.reset();
            next[0] = rig.connecting(process);
        });
        rig.steps(2);
        FakeIo.socket(second).arrive("x");
        rig.steps(2);
        assertEquals(1, resets.handledCount());
        assertFalse(connection.isOpen());
        assertTrue(next[0].isOpen());
        assertEquals(0, rig.worker.staleReadiness);
        rig.worker.ready(0, 1);
        rig.worker.ready(12_345, 1);
        assertEquals(2, rig.worker.staleReadiness);
    }
}
