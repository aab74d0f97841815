package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.AemException;
import aem.api.StaleDataException;
import aem.api.memory.EventData;
import aem.api.memory.RetainedData;
import aem.api.spi.Readiness;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a block is, when it is taken back, and what is told to who uses it wrongly. */
@Timeout(60)
class DataOwnershipTest {
    private static final long PATIENCE_NS = 30_000_000_000L;

    private final Rig rig = new Rig();
    private final CoreProcess process = rig.process();
    private final CoreConnection connection = rig.connected(process);
    private final FakeSocket socket = FakeIo.socket(connection);
    private final List<EventData> seen = new ArrayList<>();

    @AfterEach
    void end() {
        rig.close();
    }

    private void debug(boolean on) {
        rig.settings(Map.of("aem.memory.debug", String.valueOf(on)));
    }

    private void onData(Consumer<EventData> handler) {
        rig.on(connection, Readiness.READ, e -> {
            if (e.receive() > 0) {
                seen.add(e.data());
                handler.accept(e.data());
            }
        });
    }

    private void arrive(String text) {
        socket.arrive(text);
        rig.steps(3);
    }

    private RetainedData retained(String text) {
        RetainedData[] kept = {null};
        onData(data -> kept[0] = data.retain());
        arrive(text);
        return kept[0];
    }

    private static List<String> traces(Throwable thrown) {
        return Arrays.stream(thrown.getSuppressed()).map(Throwable::getMessage).toList();
    }

    private static void assertNamed(RuntimeException thrown, String what) {
        String message = thrown.getMessage();
        assertTrue(message.matches(".*data of event \\d+ \\(fake op of process app\\).*"), message);
        assertTrue(message.contains(what), message);
    }

    @Test
    void shouldNameEventAndProcessOfAnAccessPastTheEnd() {
        List<RuntimeException> thrown = new ArrayList<>();
        onData(data -> {
            List<Runnable> accesses = List.of(
                    () -> data.getByte(5),
                    () -> data.getByte(-1),
                    () -> data.getShort(4),
                    () -> data.getInt(2),
                    () -> data.getLong(0),
                    () -> data.getLong(Integer.MAX_VALUE),
                    () -> data.position(6),
                    data::getLong,
                    () -> data.copyTo(1, new byte[9], 0, 5),
                    () -> data.copyTo(1, MemorySegment.ofArray(new byte[9]), 0, 5),
                    () -> connection.write(data, 0, 6),
                    () -> connection.write(data, -1, 2));
            for (Runnable access : accesses) {
                thrown.add(assertThrows(IndexOutOfBoundsException.class, access::run));
            }
        });
        arrive("hello");
        assertEquals(12, thrown.size());
        thrown.forEach(each -> assertNamed(each, "not within the 5 bytes of"));
        assertEquals(0, socket.sent().length());
    }

    @Test
    void shouldGiveNoWayToWriteIntoABlock() {
        List<RuntimeException> thrown = new ArrayList<>();
        onData(data -> {
            MemorySegment view = data.segment();
            ByteBuffer buffer = data.byteBuffer();
            thrown.add(assertThrows(RuntimeException.class, () -> view.fill((byte) 1)));
            thrown.add(assertThrows(RuntimeException.class, () -> buffer.put(0, (byte) 1)));
            assertEquals(5, view.byteSize());
            thrown.add(assertThrows(RuntimeException.class, () -> view.get(ValueLayout.JAVA_BYTE, 5)));
        });
        arrive("hello");
        assertEquals(3, thrown.size());
    }

    @Test
    void shouldTellBothStacksOfAUseAfterReturnInDebugMode() {
        debug(true);
        onData(data -> {});
        arrive("one");
        arrive("two");
        assertNotSame(seen.get(0), seen.get(1), "an object for each loan");
        StaleDataException stale =
                assertThrows(StaleDataException.class, () -> seen.get(0).getByte(0));
        assertNamed(stale, "was used after its handler returned");
        assertEquals(List.of("lent here", "returned here"), traces(stale));
        assertTrue(Arrays.stream(stale.getSuppressed()[0].getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("receive")));
        debug(false);
        arrive("three");
        arrive("four");
        assertSame(seen.get(2), seen.get(3), "one object for the event");
        assertEquals(
                List.of(),
                traces(assertThrows(StaleDataException.class, () -> seen.get(3).length())));
    }

    @Test
    void shouldTellAllStacksOfADoubleReturnInDebugMode() {
        debug(true);
        RetainedData kept = retained("one");
        kept.release();
        rig.step();
        StaleDataException stale = assertThrows(StaleDataException.class, kept::release);
        assertNamed(stale, "was released twice");
        assertEquals(List.of("lent here", "retained here", "released here"), traces(stale));
        assertTrue(Arrays.stream(stale.getSuppressed()[2].getStackTrace())
                .anyMatch(frame -> frame.getMethodName().startsWith("shouldTellAllStacksOfADoubleReturn")));
    }

    @Test
    void shouldNotTellStacksOtherwise() {
        RetainedData kept = retained("one");
        kept.release();
        rig.step();
        StaleDataException stale = assertThrows(StaleDataException.class, kept::release);
        assertNamed(stale, "was released twice");
        assertEquals(List.of(), traces(stale));
    }

    /** All orders of the three that may end it: the block goes home once. */
    @ParameterizedTest
    @ValueSource(strings = {"RPL", "RLP", "PRL", "PLR", "LRP", "LPR"})
    void shouldGoHomeOnce(String order) {
        KeptData kept = (KeptData) retained("one");
        Retention retention = kept.retention();
        assertEquals(1, rig.blocks());
        for (int i = 0; i < order.length(); i++) {
            switch (order.charAt(i)) {
                case 'R' -> kept.close();
                case 'P' -> rig.running(process::close);
                default -> retention.lost();
            }
        }
        rig.steps(2);
        assertEquals(0, rig.blocks());
        assertEquals(order.charAt(0) == 'L', rig.reported("was lost without release()"));
        assertThrows(StaleDataException.class, () -> kept.getByte(0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFindWhatItsOwnerLost(boolean debug) {
        debug(debug);
        // no local variable may hold it
        onData(EventData::retain);
        arrive("one");
        seen.clear();
        assertEquals(1, rig.blocks());
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!rig.reported("was lost without release()")) {
            assertTrue(System.nanoTime() < deadlineNs, "the lost block is not found");
            System.gc();
            rig.core.takeBackLost();
        }
        rig.step();
        assertEquals(0, rig.blocks());
        assertEquals(debug, rig.reported("DataOwnershipTest"), rig.reports()::toString);
        assertTrue(rig.reported("process app"));
    }

    @Test
    void shouldNotTakeWhatIsHeldOrReleasedForLost() {
        RetainedData held = retained("one");
        RetainedData[] released = {null};
        CoreConnection other = rig.connected(process);
        rig.on(other, Readiness.READ, e -> {
            e.receive();
            released[0] = e.data().retain();
        });
        FakeIo.socket(other).arrive("two");
        rig.steps(3);
        released[0].release();
        released[0] = null;
        System.gc();
        rig.core.takeBackLost();
        rig.step();
        assertEquals('o', held.getByte(0));
        assertEquals(List.of(), rig.reports());
        held.release();
        rig.step();
    }

    /** The holder's process may end between the check and the reading: what was read is not delivered. */
    @Test
    void shouldAskAgainAfterEachReading() {
        Event event = rig.woken(process, e -> {});
        int[] asked = {0};
        Data data = new Data(event) {
            @Override
            void check() {
                asked[0]++;
            }

            @Override
            void recheck() {
                throw stale("was used after its process ended");
            }

            @Override
            public MemorySegment segment() {
                throw new AssertionError();
            }

            @Override
            public RetainedData retain() {
                throw new AssertionError();
            }
        };
        data.set(1, Arena.ofAuto().allocate(64), 0, 64);
        List<Runnable> accesses = List.of(
                () -> data.getByte(0),
                () -> data.getShort(0),
                () -> data.getInt(0),
                () -> data.getLong(0),
                data::getByte,
                data::getShort,
                data::getInt,
                data::getLong,
                () -> data.copyTo(0, new byte[4], 0, 4),
                () -> data.copyTo(0, MemorySegment.ofArray(new byte[4]), 0, 4),
                () -> data.copyTo(ByteBuffer.allocate(4)),
                data::toByteArray);
        for (Runnable access : accesses) {
            int before = asked[0];
            assertThrows(AemException.class, access::run);
            assertTrue(asked[0] > before);
        }
    }

    @Test
    void shouldQuarantineWhatAHandlerHasThatStillRuns() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<RetainedData> kept = new ArrayList<>();
        onData(data -> {
            if (kept.isEmpty()) {
                kept.add(data.retain());
                return;
            }
            blocked.countDown();
            boolean interrupted = false;
            while (goOn.getCount() > 0) {
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    interrupted = true; // the end of its process asks it to come back
                }
            }
            assertEquals('t', data.getByte(0));
            kept.add(data.retain());
            assertEquals('t', kept.get(1).getByte(0));
            assertTrue(interrupted);
        });
        arrive("one");
        Thread watchdog = new Thread(() -> {
            try {
                blocked.await();
                WorkerThread thread = rig.worker.thread();
                thread.setName("aem-detached-0");
                assertTrue(rig.worker.ownership.detach(rig.worker.ownership.look()));
                rig.worker.start(rig.worker.ownership.takeOver(), thread);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        watchdog.start();
        WorkerThread detached = rig.worker.thread();
        arrive("two");
        watchdog.join();
        assertEquals(2, rig.blocks());

        rig.worker.post(new Obligation() {
            @Override
            void run(Worker on) {
                process.close();
            }
        });
        rig.steps(3);
        assertEquals(2, rig.blocks(), "nobody gets them");
        assertTrue(process.isQuarantined());
        assertTrue(process.lentBytes() >= 3);
        assertTrue(process.retainedBytes(process.pool()) >= 3);
        assertTrue(rig.reported("bytes are QUARANTINED until it returns"), rig.reports()::toString);
        assertTrue(rig.reported("aem-detached-0"));
        assertThrows(StaleDataException.class, () -> kept.get(0).getByte(0));

        goOn.countDown();
        detached.join();
        rig.steps(3);
        assertEquals(0, rig.ledger().failed);
        assertEquals(0, rig.blocks());
        assertThrows(StaleDataException.class, () -> kept.get(1).getByte(0));
    }
}
