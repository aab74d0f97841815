package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.SourceAbsentException;
import aem.api.io.IoResult;
import aem.api.memory.RetainedData;
import aem.api.socket.SocketState;
import aem.api.spi.Readiness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Scheduler, memory and I/O go and others come. */
@Timeout(60)
class PartExchangeTest {
    private final Rig rig = new Rig();
    private final CoreProcess process = rig.process();
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void end() {
        rig.close();
    }

    private Event reader(CoreConnection connection) {
        Event event = rig.on(connection, Readiness.READ, e -> {
            if (e.receive() > 0) {
                log.add(e.data().toString(StandardCharsets.US_ASCII));
            }
        });
        rig.steps(2);
        return event;
    }

    private String partState(String part) {
        return rig.view.parts().stream()
                .filter(dto -> dto.part.equals(part))
                .findFirst()
                .orElseThrow()
                .state;
    }

    // ---- scheduler ------------------------------------------------------------------------------------------------

    @Test
    void shouldRunNothingWithoutAScheduler() {
        Event waits = rig.woken(process, e -> log.add("waits"));
        Event timer = rig.timer(process, Duration.ofHours(1), Duration.ZERO, e -> log.add("timer"));
        rig.step();
        waits.wake();
        rig.step();
        rig.stopScheduler();
        assertEquals("SUSPENDED", partState("scheduler"));
        Event late = rig.woken(process, e -> log.add("late"));
        late.wake();
        rig.clockNs.addAndGet(Duration.ofHours(2).toNanos());
        assertEquals(1, rig.ledger().pending, "counted by the one that went");
        rig.check();
        rig.startScheduler(1);
        rig.steps(2);
        assertEquals(List.of("timer", "waits", "late"), sorted(List.of("timer", "waits", "late")));
        assertTrue(timer.isEnded());
    }

    /** What was handled, if it is this in any order. */
    private List<String> sorted(List<String> expected) {
        return log.size() == expected.size() && log.containsAll(expected) ? expected : log;
    }

    @Test
    void shouldKeepTheStateThatASchedulerCannotAdopt() {
        Event event = rig.woken(process, e -> log.add("x"));
        rig.step();
        event.wake();
        rig.step();
        rig.stopScheduler();
        rig.startScheduler(2);
        assertNull(rig.worker.scheduler);
        assertTrue(rig.reported("version 1 can't be adopted"));
        assertEquals("SUSPENDED", partState("scheduler"), "who can't adopt does not serve");
        assertEquals(1, rig.ledger().pending);
        rig.startScheduler(1);
        rig.step();
        assertEquals(List.of("x"), log);
    }

    @Test
    void shouldTakeBytesThatReturnWhileThereIsNoScheduler() {
        CoreConnection connection = rig.connected(process);
        reader(connection);
        FakeSocket socket = FakeIo.socket(connection);
        rig.memory.cap.exhausted = true;
        socket.arrive("last words");
        socket.fin();
        socket.hangup = true;
        rig.steps(2);
        assertTrue(rig.reported("can't get memory"));
        rig.stopScheduler();
        rig.stopMemory();
        rig.startMemory(1);
        rig.startScheduler(1);
        rig.after(Duration.ofSeconds(1));
        rig.steps(4);
        assertEquals(List.of("last words"), log);
        assertFalse(connection.isOpen());
    }

    // ---- memory ---------------------------------------------------------------------------------------------------

    @Test
    void shouldReadNothingWithoutMemory() {
        CoreConnection connection = rig.connected(process);
        reader(connection);
        Event plain = rig.woken(process, e -> log.add("plain"));
        rig.stopMemory();
        FakeSocket socket = FakeIo.socket(connection);
        socket.arrive("hello");
        plain.wake();
        int before = socket.reports;
        rig.steps(10);
        assertEquals(List.of("plain"), log, "handlers without data run");
        assertTrue(socket.reports - before <= 1, "reports: " + (socket.reports - before));
        rig.startMemory(1);
        rig.steps(3);
        assertEquals(List.of("plain", "hello"), log);
    }

    @Test
    void shouldTakeFreesWhileThereIsNoMemory() {
        CoreConnection connection = rig.connected(process);
        List<RetainedData> kept = new ArrayList<>();
        rig.on(connection, Readiness.READ, e -> {
            if (e.receive() > 0) {
                kept.add(e.data().retain());
            }
        });
        rig.steps(2);
        FakeIo.socket(connection).arrive("hello");
        rig.steps(3);
        assertEquals(1, rig.blocks());
        rig.stopMemory();
        assertEquals("hello", kept.get(0).toString(StandardCharsets.US_ASCII));
        kept.get(0).release();
        rig.steps(2);
        assertEquals(1, rig.blocks());
        rig.startMemory(1);
        assertEquals(0, rig.blocks());
    }

    @Test
    void shouldReturnThePoolOfAProcessThatEndsWithoutMemory() {
        CoreProcess other = rig.process();
        CoreConnection connection = rig.connected(other);
        FakeIo.socket(connection).room = 0;
        rig.atHome(() -> assertTrue(connection.write(new byte[500])));
        assertEquals(1, rig.blocks());
        rig.stopMemory();
        rig.running(other::close);
        connection.reset();
        rig.steps(2);
        CoreProcess next = rig.process();
        rig.startMemory(1);
        assertEquals(0, rig.blocks());
        assertEquals(2, rig.pools());
        assertEquals(other.slot(), -1);
        CoreConnection later = rig.connected(next);
        FakeIo.socket(later).room = 0;
        rig.atHome(() -> later.write(new byte[500]));
        assertEquals(1, rig.blocks(), "the next one in its place has a pool");
    }

    @Test
    void shouldWriteWithoutMemory() {
        CoreConnection connection = rig.connected(process);
        FakeSocket socket = FakeIo.socket(connection);
        socket.room = 2;
        rig.stopMemory();
        rig.atHome(() -> assertTrue(connection.write("abcdef".getBytes(StandardCharsets.US_ASCII))));
        rig.startMemory(1);
        rig.atHome(() -> assertTrue(connection.write("ghi".getBytes(StandardCharsets.US_ASCII))));
        socket.room = 100;
        rig.steps(2);
        assertEquals("abcdefghi", socket.sent());
    }

    // ---- io -------------------------------------------------------------------------------------------------------

    @Test
    void shouldKeepWhatIsWrittenWithoutIo() {
        CoreConnection connection = rig.connected(process);
        FakeSocket socket = FakeIo.socket(connection);
        rig.stopIo();
        rig.atHome(() -> assertTrue(connection.write("abc".getBytes(StandardCharsets.US_ASCII))));
        assertTrue(connection.write("def".getBytes(StandardCharsets.US_ASCII)));
        rig.steps(2);
        assertEquals(6, connection.unsentBytes());
        rig.startIo("channel");
        rig.steps(2);
        assertEquals("abcdef", socket.sent());
        assertEquals(0, connection.unsentBytes());
    }

    @Test
    void shouldReadOnWithTheNextIo() {
        CoreConnection connection = rig.connected(process);
        reader(connection);
        rig.stopIo();
        FakeIo.socket(connection).arrive("hello");
        rig.steps(3);
        assertEquals(List.of(), log);
        assertTrue(rig.io.pollers.get(0).closed);
        rig.startIo("channel");
        rig.steps(2);
        assertEquals(List.of("hello"), log);
    }

    @Test
    void shouldReadLaterWhatWasReadyWhenIoWent() {
        CoreConnection connection = rig.connected(process);
        reader(connection);
        Event[] first = {null};
        first[0] = rig.woken(process, e -> {});
        FakeIo.socket(connection).arrive("hello");
        // the activation waits on the list when the provider goes
        rig.worker.atSafePoint(new Obligation() {
            @Override
            void run(Worker on) {
                on.poll();
            }
        });
        rig.stopIo();
        assertEquals(1, rig.ledger().pending);
        rig.steps(3);
        assertEquals(List.of(), log);
        rig.startIo("channel");
        rig.steps(3);
        assertEquals(List.of("hello"), log);
    }

    @Test
    void shouldFinishAConnectWithTheNextIo() {
        CoreConnection connection = rig.connecting(process);
        List<Integer> results = new ArrayList<>();
        rig.on(connection, Readiness.CONNECT, e -> {
            int result = e.finishConnect();
            results.add(result);
            if (result == IoResult.WOULD_BLOCK) {
                e.again();
            } else {
                e.end();
            }
        });
        rig.steps(2);
        FakeIo.socket(connection).connectEnds(0);
        rig.worker.atSafePoint(new Obligation() {
            @Override
            void run(Worker on) {
                on.poll();
            }
        });
        rig.stopIo();
        rig.steps(2);
        rig.startIo("channel");
        rig.steps(3);
        assertEquals(List.of(IoResult.WOULD_BLOCK, 0), results);
        assertEquals(SocketState.SS_CONNECTED, connection.state());
        assertEquals(0, rig.ledger().failed);
    }

    @Test
    void shouldCloseLaterWhatIsClosedWithoutIo() {
        CoreConnection closed = rig.connected(process);
        CoreConnection reset = rig.connected(process);
        rig.stopIo();
        closed.close();
        reset.reset();
        rig.steps(2);
        assertFalse(closed.isOpen());
        assertFalse(FakeIo.socket(closed).closed);
        rig.startIo("channel");
        assertTrue(FakeIo.socket(closed).closed);
        assertFalse(FakeIo.socket(closed).reset);
        assertTrue(FakeIo.socket(reset).closed);
        assertTrue(FakeIo.socket(reset).reset, "the peer gets RST");
    }

    @Test
    void shouldOpenNothingWithoutIo() {
        rig.stopIo();
        assertThrows(SourceAbsentException.class, () -> rig.listen(process));
        assertThrows(SourceAbsentException.class, () -> rig.connecting(process));
        assertEquals(0, process.connectionCount());
        rig.startIo("channel");
        assertTrue(rig.listen(process).isOpen());
    }

    @Test
    void shouldRefuseAnIoProviderOfAnotherLayoutWhileHandlesAreOpen() {
        CoreListener listener = rig.listen(process);
        rig.step();
        rig.stopIo();
        rig.startIo("fd");
        assertTrue(rig.reported("works with fd handles, but 1 open ones are of layout channel"));
        assertEquals("SUSPENDED", partState("io"));
        rig.startIo("channel");
        assertEquals("ACTIVE", partState("io"));
        listener.close();
        rig.step();
        assertTrue(FakeIo.socket(listener).closed);
    }

    /** Its descriptor would stay open for ever: the other provider can't close it, and nobody else knows it. */
    @Test
    void shouldRefuseAnotherLayoutForASocketThatIsStillToBeClosed() {
        CoreConnection connection = rig.connected(process);
        rig.stopIo();
        connection.close();
        rig.steps(2);
        assertFalse(connection.isOpen());
        assertFalse(FakeIo.socket(connection).closed);
        rig.startIo("fd");
        assertTrue(rig.reported("works with fd handles, but 1 open ones are of layout channel"));
        assertEquals("SUSPENDED", partState("io"));
        rig.stopIo();
        rig.startIo("channel");
        assertTrue(FakeIo.socket(connection).closed);
        rig.stopIo();
        rig.startIo("fd");
        assertEquals("ACTIVE", partState("io"), "no socket is left");
        rig.stopIo();
        rig.startIo("channel");
    }

    @Test
    void shouldServeWithTheIoProviderThatIsAskedForOnly() {
        rig.stopIo();
        rig.settings(Map.of("aem.io", "nio"));
        rig.startIo("channel", "epoll");
        assertTrue(rig.reported("does not serve, since aem.io asks for nio"));
        assertEquals("SUSPENDED", partState("io"));
        Exception thrown =
                assertThrows(SourceAbsentException.class, () -> rig.source.context.connect(process, FakeIo.REMOTE));
        assertEquals("no I/O provider is running; aem.io asks for nio", thrown.getMessage());
        rig.startIo("channel", "nio");
        assertEquals("ACTIVE", partState("io"));
    }
}
