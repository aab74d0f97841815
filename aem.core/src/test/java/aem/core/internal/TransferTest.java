package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.Control;
import aem.api.ProcessLimits;
import aem.api.memory.RetainedData;
import aem.api.spi.Readiness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes move between two workers. Each of the steps of a transfer is one cycle of the rig, so what else happens is put
 * before each of them in turn.
 */
@Timeout(60)
class TransferTest {
    /** More cycles than a transfer of a small process takes. */
    private static final int CYCLES = 20;

    private final Rig rig = new Rig(Map.of("aem.workers", "2"));
    private final CoreProcess process = rig.process();
    private final Worker home = rig.core.workers()[0];
    private final Worker other = rig.core.workers()[1];
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void end() {
        rig.close();
    }

    static IntStream cycles() {
        return IntStream.range(0, CYCLES);
    }

    private void begin() {
        assertSame(home, process.address());
        rig.core.move(process, other);
    }

    private void finish() {
        rig.steps(CYCLES);
        assertTrue(process.isAt(other));
        assertSame(other, process.address());
        assertEquals(0, home.handleCount());
        assertEquals(0, home.eventCount());
        assertEquals(0, home.processCount());
        assertEquals(1, other.processCount());
    }

    private CoreConnection echo() {
        CoreConnection connection = rig.connected(process);
        rig.on(connection, Readiness.READ, e -> {
            if (e.receive() > 0) {
                log.add(e.data().toString(StandardCharsets.US_ASCII));
                connection.write(e.data());
            }
        });
        rig.steps(2);
        return connection;
    }

    @Test
    void shouldTakeItsSocketsAlong() {
        CoreConnection connection = echo();
        FakeSocket socket = FakeIo.socket(connection);
        socket.arrive("before ");
        rig.step();
        begin();
        finish();
        assertFalse(socket.closed);
        socket.arrive("after");
        rig.steps(2);
        assertEquals("before after", socket.sent());
        assertEquals(1, other.handleCount());
    }

    @ParameterizedTest
    @MethodSource("cycles")
    void shouldLoseNoByteThatComesMeanwhile(int cycle) {
        CoreConnection connection = echo();
        FakeSocket socket = FakeIo.socket(connection);
        socket.arrive("1");
        begin();
        rig.steps(cycle);
        socket.arrive("2");
        finish();
        assertEquals("12", socket.sent());
    }

    @ParameterizedTest
    @MethodSource("cycles")
    void shouldKeepTheOrderOfWhatOneThreadWrites(int cycle) {
        CoreConnection connection = echo();
        begin();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i <= cycle; i++) {
            for (String text : List.of("a" + i, "b" + i)) {
                assertTrue(connection.write(text.getBytes(StandardCharsets.US_ASCII)));
                expected.append(text);
            }
            rig.step();
        }
        connection.close();
        finishClosed();
        assertEquals(expected.toString(), FakeIo.socket(connection).sent());
        assertTrue(FakeIo.socket(connection).closed);
    }

    private void finishClosed() {
        rig.steps(CYCLES);
        assertTrue(process.isAt(other));
        assertEquals(0, other.handleCount());
    }

    @ParameterizedTest
    @MethodSource("cycles")
    void shouldKeepTheOrderOfActivations(int cycle) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 200; i++) { // a step takes 64 of them
            int number = i;
            events.add(rig.woken(process, e -> log.add("" + number)));
        }
        rig.steps(4);
        begin();
        rig.steps(cycle);
        events.forEach(Event::wake);
        rig.steps(5 * CYCLES);
        assertEquals(IntStream.range(0, 200).mapToObj(i -> "" + i).toList(), log);
        assertTrue(process.isAt(other));
    }

    @Test
    void shouldKeepTheOrderOfWhatWaitedBefore() {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            events.add(rig.woken(process, e -> log.add("" + number)));
        }
        rig.steps(4);
        events.forEach(Event::wake);
        rig.step(); // they are activated at its end, and none is handled
        assertEquals(200, rig.ledger().pending);
        begin();
        rig.steps(5 * CYCLES);
        assertTrue(process.isAt(other));
        // the cycles of the transfer's beginning have handled none
        assertEquals(IntStream.range(0, 200).mapToObj(i -> "" + i).toList(), log);
    }

    @ParameterizedTest
    @MethodSource("cycles")
    void shouldNeitherLoseNorDoubleAnExpiry(int cycle) {
        rig.timer(process, Duration.ofMillis(10), Duration.ofMillis(10), e -> log.add("periodic"));
        rig.timer(process, Duration.ofMillis(35), Duration.ZERO, e -> log.add("once"));
        rig.step();
        begin();
        for (int i = 0; i < cycle; i++) {
            rig.after(Duration.ofMillis(7));
        }
        finish();
        rig.clockNs.addAndGet(Duration.ofMillis(700 - 7 * cycle).toNanos());
        rig.steps(20);
        assertEquals(70, log.stream().filter("periodic"::equals).count());
        assertEquals(1, log.stream().filter("once"::equals).count());
    }

    @ParameterizedTest
    @MethodSource("cycles")
    void shouldKeepASuspensionAndWhatHappensInIt(int cycle) {
        Event timer = rig.timer(process, Duration.ofMillis(10), Duration.ofMillis(10), e -> log.add("timer"));
        rig.step();
        timer.control(new Control.Suspend());
        rig.step();
        begin();
        rig.steps(cycle);
        rig.clockNs.addAndGet(Duration.ofMillis(35).toNanos());
        finish();
        assertEquals(List.of(), log);
        timer.control(new Control.Resume());
        rig.steps(4);
        assertEquals(3, log.size());
    }

    @ParameterizedTest
    @MethodSource("cycles")
    void shouldCancelWhatIsOnItsWay(int cycle) {
        CoreConnection connection = echo();
        Event woken = rig.woken(process, e -> log.add("never"));
        rig.steps(2);
        begin();
        rig.steps(cycle);
        woken.wake();
        assertTrue(woken.cancel());
        connection.bound()[0].cancel();
        rig.steps(CYCLES);
        assertTrue(process.isAt(other));
        assertEquals(List.of(), log);
        assertEquals(0, other.eventCount());
        assertEquals(1, other.handleCount());
    }

    @ParameterizedTest
    @MethodSource("cycles")
    void shouldEndOnItsWay(int cycle) {
        echo();
        rig.timer(process, Duration.ofMillis(10), Duration.ofMillis(10), e -> log.add("timer"));
        rig.step();
        begin();
        rig.steps(cycle);
        rig.running(process::close);
        rig.steps(CYCLES);
        assertEquals(0, home.processCount() + other.processCount());
        assertEquals(0, rig.core.handles.size());
    }

    @ParameterizedTest
    @MethodSource("cycles")
    void shouldWaitForAbsentParts(int cycle) {
        CoreConnection connection = echo();
        rig.timer(process, Duration.ofMillis(10), Duration.ZERO, e -> log.add("timer"));
        rig.step();
        begin();
        rig.steps(cycle);
        rig.stopIo();
        rig.stopMemory();
        rig.stopSource();
        rig.stopScheduler();
        connection.write("x".getBytes(StandardCharsets.US_ASCII));
        FakeIo.socket(connection).arrive("y");
        rig.startScheduler(1);
        rig.after(Duration.ofMillis(20));
        rig.steps(CYCLES);
        rig.startIo("channel");
        rig.startSource(1);
        rig.startMemory(1);
        finish();
        assertEquals("xy", FakeIo.socket(connection).sent());
        assertTrue(log.containsAll(List.of("timer", "y")));
    }

    @Test
    void shouldGoThereAndBackAndOn() {
        CoreConnection connection = echo();
        for (int i = 0; i < 10; i++) {
            rig.core.move(process, i % 2 == 0 ? other : home);
            FakeIo.socket(connection).arrive("" + i);
            rig.steps(CYCLES);
            assertTrue(process.isAt(i % 2 == 0 ? other : home));
        }
        assertEquals("0123456789", FakeIo.socket(connection).sent());
        assertEquals(5, other.arrivedProcesses);
        assertEquals(5, other.departedProcesses);
    }

    /** However often and wherever it is sent: it ends where it was sent last. */
    @ParameterizedTest
    @MethodSource("cycles")
    void shouldGoOnToWhereItIsWantedMeanwhile(int cycle) {
        CoreConnection connection = echo();
        begin();
        rig.steps(cycle);
        rig.core.move(process, other);
        rig.core.move(process, home);
        FakeIo.socket(connection).arrive("x");
        rig.steps(3 * CYCLES);
        assertTrue(process.isAt(home));
        assertEquals("x", FakeIo.socket(connection).sent());
        rig.core.move(process, other);
        rig.steps(CYCLES);
        assertTrue(process.isAt(other));
        assertEquals(List.of(), rig.reports());
    }

    @Test
    void shouldSayThatOneWhichEndsDoesNotMove() {
        CoreConnection connection = echo();
        FakeIo.socket(connection).room = 0;
        connection.write("unsent".getBytes(StandardCharsets.US_ASCII));
        rig.step();
        rig.running(process::close);
        rig.core.move(process, other);
        rig.steps(CYCLES);
        assertTrue(rig.reported("can't move to worker 1"));
        FakeIo.socket(connection).room = Integer.MAX_VALUE;
        rig.steps(3);
        assertTrue(FakeIo.socket(connection).closed);
    }

    @Test
    void shouldNotMoveToWhereItIs() {
        rig.core.move(process, home);
        rig.steps(3);
        assertTrue(process.isAt(home));
        assertEquals(0, home.departedProcesses);
        assertEquals(List.of(), rig.reports());
    }

    // ---- memory ---------------------------------------------------------------------------------------------------

    @Test
    void shouldLeaveItsBlocksBehindUntilTheyComeBack() {
        CoreProcess small = rig.process(new ProcessLimits(10, 10, 4096)); // on the other worker
        assertSame(other, small.address());
        CoreConnection connection = rig.connected(small);
        List<RetainedData> kept = new ArrayList<>();
        rig.on(connection, Readiness.READ, e -> {
            if (e.receive() > 0) {
                kept.add(e.data().retain());
            }
        });
        rig.steps(2);
        FakeIo.socket(connection).arrive("kept");
        rig.steps(2);
        assertEquals(1, kept.size());
        long pools = rig.pools();
        rig.core.move(small, home);
        rig.steps(CYCLES);
        assertTrue(small.isAt(home));
        assertEquals(pools + 1, rig.pools());
        assertEquals("kept", kept.get(0).toString(StandardCharsets.US_ASCII));
        assertEquals(4096 - 512, rig.quota(0, small.slot()), "what it has left behind counts");
        kept.get(0).release();
        rig.steps(3);
        assertEquals(pools, rig.pools());
        assertEquals(0, rig.blocks());
        assertEquals(4096, rig.quota(0, small.slot()));
    }

    @Test
    void shouldSendWhatItHadNotSentBefore() {
        CoreConnection connection = echo();
        FakeSocket socket = FakeIo.socket(connection);
        socket.room = 2;
        rig.atHome(() -> connection.write("0123456789".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(8, connection.unsentBytes());
        begin();
        finish();
        assertEquals(1, rig.blocks());
        socket.room = Integer.MAX_VALUE;
        rig.steps(3);
        assertEquals("0123456789", socket.sent());
        assertEquals(0, rig.blocks());
        assertEquals(1, rig.pools());
    }

    @ParameterizedTest
    @MethodSource("cycles")
    void shouldReturnWholeWhereverItsBlocksAre(int cycle) {
        CoreConnection connection = rig.connected(process);
        rig.on(connection, Readiness.READ, e -> {
            if (e.receive() > 0) {
                e.data().retain();
            }
        });
        rig.steps(2);
        FakeIo.socket(connection).arrive("kept");
        rig.steps(2);
        begin();
        rig.steps(cycle);
        rig.running(process::close);
        rig.steps(CYCLES);
        assertEquals(0, rig.blocks());
        assertEquals(0, rig.pools());
    }

    @Test
    void shouldReadOnWhenMemoryReturns() {
        CoreProcess small = rig.process(new ProcessLimits(10, 10, 512));
        CoreConnection connection = rig.connected(small);
        List<RetainedData> kept = new ArrayList<>();
        rig.on(connection, Readiness.READ, e -> {
            if (e.receive() > 0) {
                kept.add(e.data().retain());
            }
        });
        rig.steps(2);
        FakeIo.socket(connection).arrive("1");
        rig.steps(2);
        FakeIo.socket(connection).arrive("2");
        rig.steps(2);
        assertEquals(1, kept.size(), "its quota is met");
        rig.core.move(small, home);
        rig.steps(CYCLES);
        assertTrue(small.isAt(home));
        assertEquals(1, kept.size());
        kept.get(0).release();
        rig.steps(5);
        assertEquals("2", kept.get(1).toString(StandardCharsets.US_ASCII));
        kept.get(1).release();
    }
}
