package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoError;
import aem.api.socket.CloseReason;
import aem.api.socket.SocketState;
import aem.api.spi.Readiness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a connection ends. The linger time is 10 s, the limit of unsent bytes 1000. */
@Timeout(60)
class ConnectionEndTest {
    private final Rig rig = new Rig();
    private final CoreProcess process = rig.process();
    private final CoreConnection connection = rig.connected(process);
    private final FakeSocket socket = FakeIo.socket(connection);
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void end() {
        rig.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void reader() {
        rig.on(connection, Readiness.READ, e -> {
            if (e.receive() > 0) {
                log.add(e.data().toString(StandardCharsets.ISO_8859_1));
            }
        });
        rig.steps(2);
    }

    private void closeEvent() {
        rig.on(connection, Readiness.CLOSE, e -> {
            e.end();
            log.add(String.valueOf(e.endpoint().closeReason()));
        });
        rig.step();
    }

    /** The socket takes nothing, and something is unsent. */
    private void unsent(String text) {
        socket.room = 0;
        rig.atHome(() -> assertTrue(connection.write(bytes(text))));
    }

    @Test
    void shouldCloseAtOnceIfAllIsSent() {
        reader();
        closeEvent();
        connection.attach(new Object());
        connection.close();
        rig.steps(3);
        assertTrue(socket.closed);
        assertFalse(socket.reset);
        assertEquals(List.of("LOCAL"), log);
        assertEquals(SocketState.SS_FREE, connection.state());
        assertNull(connection.attachment());
        assertEquals(FakeIo.REMOTE, connection.remoteAddress());
        assertEquals(0, process.eventCount());
        assertEquals(0, process.connectionCount());
    }

    @Test
    void shouldSendWhatIsUnsentBeforeItCloses() {
        reader();
        closeEvent();
        unsent("last words");
        connection.close();
        rig.step();
        socket.arrive("too late");
        rig.steps(5);
        assertEquals(List.of(), log, "no handler but close and sock is called any more");
        assertTrue(connection.isOpen());
        assertEquals(SocketState.SS_DISCONNECTING, connection.state());
        assertFalse(connection.write(bytes("x")));
        socket.room = 4;
        rig.step();
        assertFalse(socket.closed);
        socket.room = 100;
        rig.steps(3);
        assertEquals("last words", socket.sent());
        assertTrue(socket.closed);
        assertFalse(socket.reset);
        assertEquals(List.of("LOCAL"), log);
        assertEquals(0, rig.blocks());
    }

    @Test
    void shouldResetWhatDoesNotTakeItsLastBytes() {
        closeEvent();
        unsent("last words");
        connection.close();
        rig.step();
        rig.after(Duration.ofSeconds(9));
        assertTrue(connection.isOpen());
        rig.after(Duration.ofSeconds(1));
        assertFalse(connection.isOpen());
        assertTrue(socket.reset);
        assertEquals(0, rig.blocks());
        assertTrue(rig.reported("did not take the last bytes within the linger time"));
        rig.steps(2);
        assertEquals(List.of("LOCAL"), log);
    }

    @Test
    void shouldLingerThoughItWasPaused() {
        reader();
        connection.pauseNs(Duration.ofSeconds(1).toNanos());
        unsent("last words");
        connection.close();
        rig.step();
        rig.after(Duration.ofSeconds(10));
        rig.after(Duration.ofSeconds(10));
        assertTrue(socket.reset, "the pause's timer is not mistaken for the linger time's");
    }

    @Test
    void shouldNotBePausedWhileItLingers() {
        reader();
        unsent("last words");
        connection.close();
        rig.step();
        connection.pauseNs(Duration.ofHours(1).toNanos());
        rig.step();
        rig.after(Duration.ofSeconds(10));
        assertTrue(socket.reset);
    }

    @Test
    void shouldPauseAndGoOn() {
        reader();
        connection.pauseNs(Duration.ofSeconds(1).toNanos());
        rig.step();
        socket.arrive("hello");
        int before = socket.reports;
        rig.steps(10);
        assertEquals(before, socket.reports);
        rig.after(Duration.ofSeconds(1));
        rig.steps(2);
        assertEquals(List.of("hello"), log);
    }

    @Test
    void shouldDropWhatIsUnsentWhenItIsReset() {
        closeEvent();
        unsent("last words");
        connection.reset();
        assertFalse(connection.write(bytes("x")));
        rig.steps(3);
        assertTrue(socket.reset);
        assertEquals("", socket.sent());
        assertEquals(0, rig.blocks());
        assertEquals(0, connection.unsentBytes());
        assertEquals(List.of("LOCAL"), log);
    }

    @Test
    void shouldCloseBehindTheWritesOfOtherThreads() {
        assertTrue(connection.write(bytes("one ")));
        assertTrue(connection.write(bytes("two")));
        connection.close();
        assertFalse(connection.write(bytes("three")));
        rig.steps(3);
        assertEquals("one two", socket.sent());
        assertTrue(socket.closed);
    }

    @Test
    void shouldShutDownBehindWhatIsUnsentAndReadOn() {
        reader();
        unsent("question");
        assertTrue(connection.write(bytes("?")));
        connection.shutdownOutput();
        assertFalse(connection.write(bytes("x")));
        rig.steps(3);
        assertFalse(socket.outputShut);
        socket.room = 100;
        rig.steps(2);
        assertEquals("question?", socket.sent());
        assertTrue(socket.outputShut);
        socket.arrive("answer");
        rig.steps(3);
        assertEquals(List.of("answer"), log);
        assertTrue(connection.isOpen());
        socket.fin();
        rig.steps(3);
        assertTrue(socket.closed);
    }

    @Test
    void shouldShutDownAtOnceIfAllIsSent() {
        connection.shutdownOutput();
        connection.shutdownOutput();
        rig.step();
        assertTrue(socket.outputShut);
        assertTrue(connection.isOpen());
    }

    @Test
    void shouldEndWhenThePeerResetsIt() {
        reader();
        closeEvent();
        unsent("never sent");
        socket.peerResets();
        rig.steps(5);
        assertFalse(connection.isOpen());
        assertEquals(IoError.CONNECTION_RESET, connection.error());
        assertEquals(List.of("PEER_RESET"), log);
        assertEquals(0, rig.blocks());
    }

    @Test
    void shouldEndWhenAWriteMeetsAReset() {
        closeEvent();
        socket.writeError = IoError.CONNECTION_RESET;
        rig.atHome(() -> assertFalse(connection.write(bytes("x"))));
        rig.steps(2);
        assertFalse(connection.isOpen());
        assertEquals(List.of("PEER_RESET"), log);
    }

    @Test
    void shouldReadWhatThePeerSentBeforeAWriteFailed() {
        reader();
        closeEvent();
        unsent("never sent");
        socket.arrive("last words");
        socket.fin();
        socket.writeError = IoError.BROKEN_PIPE;
        rig.steps(6);
        assertEquals(List.of("last words", "PEER_RESET"), log);
        assertFalse(connection.write(bytes("x")));
        assertEquals(0, rig.blocks());
    }

    @Test
    void shouldEndWithoutAReaderWhenThePeerIsGone() {
        closeEvent();
        socket.hangup = true;
        rig.steps(3);
        assertEquals(List.of("PEER_CLOSED"), log);
        assertTrue(socket.closed);
    }

    @Test
    void shouldEndWhenThePeerIsGoneWhileItLingers() {
        closeEvent();
        unsent("last words");
        connection.close();
        rig.steps(2);
        socket.peerResets();
        rig.steps(3);
        assertTrue(socket.closed);
        assertEquals(0, rig.blocks());
        assertEquals(1, log.size());
    }

    @Test
    void shouldBeResetWhenThePollerDoesNotTakeIt() {
        rig.expectReport("can't be watched");
        CoreConnection other = rig.connecting(process);
        FakeIo.socket(other).refusedByPoller = IoError.NO_MEMORY;
        rig.steps(2);
        assertFalse(other.isOpen());
        assertTrue(FakeIo.socket(other).closed);
        assertTrue(rig.reported("can't be watched: ENOMEM"));
    }

    @Test
    void shouldCloseOnceThoughManyThreadsCloseIt() throws InterruptedException {
        closeEvent();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int how = i % 4;
            threads.add(new Thread(() -> {
                switch (how) {
                    case 0 -> connection.close();
                    case 1 -> connection.reset();
                    case 2 -> connection.abort(CloseReason.FAILED);
                    default -> connection.shutdownOutput();
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        rig.steps(3);
        assertTrue(socket.closed);
        assertEquals(1, log.size());
    }

    @Test
    void shouldTellEachStateThatItEnters() {
        CoreConnection fresh = rig.connecting(process);
        List<SocketState> states = new ArrayList<>();
        rig.on(fresh, Readiness.STATE, e -> states.add(e.connection().state()));
        rig.on(fresh, Readiness.CONNECT, e -> {
            e.end();
            e.finishConnect();
        });
        rig.steps(2);
        FakeIo.socket(fresh).connectEnds(0);
        rig.steps(3);
        FakeIo.socket(fresh).room = 0;
        rig.atHome(() -> fresh.write(bytes("x")));
        fresh.close();
        rig.steps(2);
        FakeIo.socket(fresh).room = 1;
        rig.steps(3);
        assertEquals(
                List.of(
                        SocketState.SS_CONNECTING,
                        SocketState.SS_CONNECTED,
                        SocketState.SS_DISCONNECTING,
                        SocketState.SS_FREE),
                states);
    }

    @Test
    void shouldOnlyTellTheEndToAnEventThatComesTooLate() {
        // the connection ends after the registration was checked and before the worker takes the event over
        for (int interest : new int[] {Readiness.READ, Readiness.ROOM, Readiness.CLOSE}) {
            CoreConnection own = rig.connected(process);
            own.reset();
            Event late = rig.on(own, interest, e -> {
                log.add("told " + interest);
                e.end();
            });
            rig.steps(3);
            assertTrue(late.isEnded());
        }
        assertEquals(List.of("told " + Readiness.CLOSE), log);
    }

    @Test
    void shouldCloseItsConnectionsWhenAProcessEnds() {
        CoreProcess other = rig.process();
        CoreConnection idle = rig.connected(other);
        CoreConnection busy = rig.connected(other);
        FakeIo.socket(busy).room = 0;
        rig.atHome(() -> busy.write(bytes("last words")));
        rig.running(other::close);
        assertTrue(FakeIo.socket(idle).closed);
        assertEquals(CloseReason.OWNER_ENDED, idle.closeReason());
        assertFalse(FakeIo.socket(busy).closed, "its last bytes are on their way");
        assertEquals(1, rig.blocks());
        FakeIo.socket(busy).room = 100;
        rig.steps(2);
        assertEquals("last words", FakeIo.socket(busy).sent());
        assertTrue(FakeIo.socket(busy).closed);
        assertEquals(-1, other.slot());
    }
}
