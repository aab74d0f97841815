package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.AemProcess;
import aem.api.ChildExit;
import aem.api.EventFlag;
import aem.api.LimitExceededException;
import aem.api.ProcessLimits;
import aem.api.spi.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a process may have, and what becomes of it. */
@Timeout(60)
class QuotaTest {
    private static final int THREADS = 4;

    private final Rig rig = new Rig(Map.of("aem.processes", "5"));

    @AfterEach
    void end() {
        rig.close();
    }

    private static void assertLimit(LimitExceededException thrown, String what, long value, long limit) {
        assertEquals(value, thrown.value());
        assertEquals(limit, thrown.limit());
        assertEquals(what + ": " + value + " exceeds the limit of " + limit, thrown.getMessage());
    }

    @Test
    void shouldRefuseOneEventTooMany() {
        CoreProcess process = rig.process(ProcessLimits.DEFAULT.withEvents(3));
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            events.add(rig.woken(process, e -> {}));
        }
        assertLimit(
                assertThrows(LimitExceededException.class, () -> rig.woken(process, e -> {})),
                "events of process app",
                4,
                3);
        assertEquals(3, process.eventCount());
        events.get(1).cancel();
        rig.step();
        assertNotNull(rig.woken(process, e -> {}));
    }

    @Test
    void shouldFreeTheInterestOfARefusedEvent() {
        CoreProcess process = rig.process(ProcessLimits.DEFAULT.withEvents(1));
        CoreConnection connection = rig.connected(process);
        Event other = rig.woken(process, e -> {});
        assertThrows(LimitExceededException.class, () -> rig.on(connection, Readiness.READ, e -> {}));
        other.cancel();
        rig.step();
        assertNotNull(rig.on(connection, Readiness.READ, e -> {}));
    }

    @Test
    void shouldRefuseOneConnectionTooMany() {
        CoreProcess process = rig.process(ProcessLimits.DEFAULT.withConnections(2));
        CoreListener listener = rig.listen(process);
        CoreConnection connection = rig.connected(process);
        assertLimit(
                assertThrows(LimitExceededException.class, () -> rig.listen(process)),
                "connections of process app",
                3,
                2);
        assertLimit(
                assertThrows(LimitExceededException.class, () -> rig.connecting(process)),
                "connections of process app",
                3,
                2);
        assertEquals(2, rig.io.opened.size(), "no socket was opened for them");
        connection.close();
        rig.step();
        assertTrue(rig.connecting(process).isOpen());
        assertTrue(listener.isOpen());
    }

    @Test
    void shouldNeverBeExceededByManyThreads() throws InterruptedException {
        CoreProcess process = rig.process(ProcessLimits.DEFAULT.withEvents(100));
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50; i++) {
                    try {
                        rig.woken(process, e -> {});
                    } catch (LimitExceededException e) {
                        refused.incrementAndGet();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(100, process.eventCount());
        assertEquals(100, refused.get());
        assertEquals(100, process.events().size());
    }

    @Test
    void shouldRefuseOneProcessTooMany() {
        for (int i = 0; i < 5; i++) {
            rig.process();
        }
        assertLimit(assertThrows(LimitExceededException.class, rig::process), "processes of the runtime", 6, 5);
    }

    @Test
    void shouldRefuseAProcessWithoutAName() {
        Processes.ForBundle processes = new Processes.ForBundle(rig.core, "bundle");
        assertThrows(IllegalArgumentException.class, () -> processes.create(" "));
        assertEquals(List.of(), processes.list());
    }

    @Test
    void shouldHaveNothingLeftWhenItIsClosed() {
        CoreProcess process = rig.process();
        Event event = rig.woken(process, e -> {});
        rig.connected(process);
        rig.listen(process);
        rig.running(process::close);
        rig.running(process::close);
        assertFalse(process.isOpen());
        assertTrue(event.isEnded());
        assertEquals(0, process.eventCount());
        assertEquals(0, process.connectionCount());
        assertEquals(-1, process.slot());
        assertEquals(0, rig.pools());
        assertEquals(Optional.empty(), rig.view.process(process.id));
        IllegalStateException closed = assertThrows(IllegalStateException.class, () -> rig.woken(process, e -> {}));
        assertTrue(closed.getMessage().contains("process app (" + process.id + ") is closed"), closed.getMessage());
    }

    @Test
    void shouldCloseWithinItsOwnHandler() {
        CoreProcess process = rig.process();
        boolean[] returned = {false};
        Event event = rig.woken(process, e -> {
            process.close();
            returned[0] = true;
        });
        Event next = rig.woken(process, e -> {
            throw new AssertionError("no handler of a closed process runs");
        });
        rig.step();
        event.wake();
        next.wake();
        rig.steps(3);
        assertTrue(returned[0]);
        assertEquals(0, rig.ledger().failed);
        assertEquals(1, rig.ledger().cancelled);
        assertEquals(0, rig.pools());
    }

    @Test
    void shouldKeepItsPlaceUntilTheLastEventHasLeftIt() {
        CoreProcess process = rig.process();
        Event event = rig.woken(process, e -> {});
        rig.step();
        event.wake();
        rig.step();
        // the end is posted before the event is cancelled, but the event is out of the tree when the process ends
        rig.worker.post(new Obligation() {
            @Override
            void run(Worker on) {
                process.close();
                event.markEnded();
                synchronized (process.root()) {
                    event.unlink();
                }
                on.post(new Obligation() {
                    @Override
                    void run(Worker again) {
                        event.detach();
                        process.ended(event);
                    }
                });
            }
        });
        rig.steps(2);
        assertEquals(-1, process.slot());
        assertEquals(0, rig.worker.processCount());
    }

    @Test
    void shouldTakeItsChildrenWithIt() {
        CoreProcess parent = rig.process();
        AemProcess child = parent.spawn("child", ProcessLimits.DEFAULT);
        AemProcess grandchild = child.spawn("grandchild", ProcessLimits.DEFAULT);
        rig.step();
        assertEquals(List.of(child), parent.children());
        assertEquals(Optional.of(parent), child.parent());
        assertThrows(IllegalArgumentException.class, () -> parent.spawn("x", ProcessLimits.DEFAULT, EventFlag.ONESHOT));
        rig.running(parent::close);
        assertFalse(child.isOpen());
        assertFalse(grandchild.isOpen());
        assertThrows(IllegalStateException.class, () -> parent.spawn("x", ProcessLimits.DEFAULT));
        rig.step();
        assertEquals(0, rig.core.processes.size());
    }

    @Test
    void shouldKeepTheExitOfAChildUntilItIsCollected() {
        CoreProcess parent = rig.process();
        AemProcess kept = parent.spawn("kept", ProcessLimits.DEFAULT);
        AemProcess unkept = parent.spawn("unkept", ProcessLimits.DEFAULT, EventFlag.NOCLDWAIT);
        rig.step();
        assertEquals(Optional.empty(), parent.waitChild());
        rig.running(kept::close);
        rig.running(unkept::close);
        ChildExit exit = parent.waitChild().orElseThrow();
        assertEquals(new ChildExit(kept.id(), "kept", ChildExit.Reason.NORMAL, ""), exit);
        assertEquals(Optional.empty(), parent.waitChild());
        assertEquals(List.of(), parent.children());
    }

    @Test
    void shouldEndWithTheBundleThatMadeIt() {
        CoreProcess ours = rig.process();
        CoreProcess theirs = rig.core.createProcess("app", "other", ProcessLimits.DEFAULT, null, null, false);
        rig.running(() -> rig.core.bundleStopped("bundle"));
        assertFalse(ours.isOpen());
        assertTrue(theirs.isOpen());
    }
}
