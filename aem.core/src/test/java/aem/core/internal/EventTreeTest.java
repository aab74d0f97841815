package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.EventState;
import aem.api.socket.CloseReason;
import aem.api.spi.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What stands below what, and what goes with it. */
@Timeout(60)
class EventTreeTest {
    private static final int THREADS = 10;

    private final Rig rig = new Rig();
    private final CoreProcess process = rig.process();
    private final List<Event> made = new ArrayList<>();

    @AfterEach
    void end() {
        rig.close();
    }

    /** An event that makes {@code children} further ones in its handler. */
    private Event parent(int children, EventFlag... flags) {
        Event event = rig.woken(
                process,
                e -> {
                    for (int i = 0; i < children; i++) {
                        made.add(rig.woken(process, x -> {}));
                    }
                },
                flags);
        rig.step();
        return event;
    }

    private void handle(Event event) {
        event.wake();
        rig.steps(2);
    }

    /** An event with three below it, each with three below it. */
    private Event family() {
        Event[] top = {null};
        top[0] = rig.woken(process, e -> {
            for (int i = 0; i < 3; i++) {
                Event middle = rig.woken(process, x -> {
                    for (int j = 0; j < 3; j++) {
                        made.add(rig.woken(process, y -> {}));
                    }
                });
                made.add(middle);
                middle.wake();
            }
        });
        rig.step();
        handle(top[0]);
        rig.steps(2);
        assertEquals(12, made.size());
        return top[0];
    }

    @Test
    void shouldStandBelowTheEventInWhoseHandlerItWasRegistered() {
        Event parent = parent(3);
        assertEquals(Optional.empty(), parent.parent());
        handle(parent);
        assertEquals(made, parent.children());
        for (Event child : made) {
            assertEquals(Optional.of(parent), child.parent());
            assertEquals(EventState.ARMED, child.state());
        }
    }

    @Test
    void shouldStandBelowItsProcessWhenAnotherThreadRegistersIt() {
        Event[] child = {null};
        Event parent = rig.woken(process, e -> {
            Thread other = new Thread(() -> child[0] = rig.woken(process, x -> {}));
            other.start();
            other.join();
        });
        rig.step();
        handle(parent);
        assertEquals(Optional.empty(), child[0].parent());
        assertEquals(List.of(), parent.children());
    }

    @Test
    void shouldNotStandBelowAnEventOfAnotherProcess() {
        CoreProcess other = rig.process();
        Event[] child = {null};
        Event parent = rig.woken(process, e -> child[0] = rig.woken(other, x -> {}));
        rig.step();
        handle(parent);
        assertEquals(Optional.empty(), child[0].parent());
        parent.cancel();
        rig.step();
        assertFalse(child[0].isEnded());
    }

    @Test
    void shouldGoWithTheWholeSubtreeOnce() {
        Event sibling = rig.woken(process, e -> {});
        Event top = family();
        assertEquals(14, process.eventCount());
        assertTrue(top.cancel());
        for (Event below : made) {
            assertEquals(EventState.ENDED, below.state());
            assertFalse(below.cancel());
        }
        rig.step();
        assertEquals(1, process.eventCount());
        assertEquals(List.of(sibling), process.events());
        assertEquals(1, rig.worker.eventCount());
    }

    @Test
    void shouldCancelOneOfSeveralSiblingsOnly() {
        Event parent = parent(3);
        handle(parent);
        assertTrue(made.get(1).cancel());
        assertEquals(List.of(made.get(0), made.get(2)), parent.children());
        rig.step();
        assertEquals(3, process.eventCount());
    }

    @Test
    void shouldLeaveItsChildrenToItsParentWhenItMerelyEnds() {
        Event grandparent = rig.woken(
                process,
                e -> made.add(rig.woken(
                        process,
                        x -> {
                            made.add(rig.woken(process, y -> {}));
                            made.add(rig.woken(process, y -> {}));
                        },
                        EventFlag.ONESHOT)));
        rig.step();
        handle(grandparent);
        Event parent = made.get(0);
        handle(parent);
        assertEquals(EventState.ENDED, parent.state());
        assertEquals(List.of(made.get(1), made.get(2)), grandparent.children());
        assertEquals(Optional.of(grandparent), made.get(1).parent());
        assertEquals(EventState.ARMED, made.get(1).state());
        grandparent.cancel();
        rig.step();
        assertEquals(0, process.eventCount());
    }

    @Test
    void shouldCountItsWaitingActivationsAsCancelled() {
        Event top = family();
        made.forEach(Event::wake);
        rig.step();
        assertEquals(12, rig.ledger().pending);
        top.cancel();
        rig.step();
        assertEquals(0, rig.ledger().pending);
        assertEquals(12, rig.ledger().cancelled);
    }

    @Test
    void shouldEndWithTheHandlerThatCancelsItsOwnParent() {
        Event[] parent = {null};
        int[] calls = {0};
        parent[0] = rig.woken(
                process,
                e -> made.add(rig.woken(process, x -> {
                    calls[0]++;
                    parent[0].cancel();
                    made.add(rig.woken(process, y -> {}));
                })));
        rig.step();
        handle(parent[0]);
        handle(made.get(0));
        assertEquals(1, calls[0]);
        assertTrue(made.get(0).isEnded());
        assertEquals(1, process.eventCount(), "what it registers after its end stands below the process");
    }

    @Test
    void shouldCloseTheConnectionsMadeBelowIt() {
        CoreListener listener = rig.listen(process);
        Event accept = rig.on(listener, Readiness.READ, e -> {
            CoreConnection connection = (CoreConnection) e.accept();
            made.add(rig.on(connection, Readiness.READ, x -> {}));
            made.add(rig.on(connection, Readiness.CLOSE, x -> {}));
        });
        FakeSocket peer = new FakeSocket();
        FakeIo.socket(listener).arriving.add(peer);
        rig.steps(3);
        assertEquals(2, made.size());
        assertEquals(List.copyOf(made), accept.children());
        accept.cancel();
        rig.steps(2);
        assertTrue(peer.closed);
        assertTrue(listener.isOpen(), "the listener was not made below it");
        assertEquals(CloseReason.OWNER_ENDED, ((CoreConnection) made.get(0).handle).closeReason());
        assertEquals(1, process.connectionCount());
    }

    @Test
    void shouldKeepTheAcceptedConnectionsWhenTheListenerCloses() {
        CoreListener listener = rig.listen(process);
        Event accept = rig.on(listener, Readiness.READ, e -> made.add(rig.on(e.accept(), Readiness.READ, x -> {})));
        FakeSocket peer = new FakeSocket();
        FakeIo.socket(listener).arriving.add(peer);
        rig.steps(3);
        listener.close();
        rig.steps(2);
        assertTrue(accept.isEnded());
        assertFalse(peer.closed);
        assertEquals(EventState.ARMED, made.get(0).state());
        assertEquals(List.of(made.get(0)), process.events());
    }

    @Test
    void shouldBeEndedByOneOfManyThreads() throws Exception {
        for (int round = 0; round < 20; round++) {
            made.clear();
            Event top = family();
            List<Event> all = new ArrayList<>(made);
            all.add(top);
            AtomicInteger[] wins = new AtomicInteger[all.size()];
            CyclicBarrier barrier = new CyclicBarrier(THREADS);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < wins.length; i++) {
                wins[i] = new AtomicInteger();
            }
            for (int t = 0; t < THREADS; t++) {
                int shift = t;
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        barrier.await();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                    // half of them begin at the top, the others below
                    for (int i = 0; i < wins.length; i++) {
                        int index = Math.floorMod(shift % 2 == 0 ? wins.length - 1 - i : i + shift, wins.length);
                        if (all.get(index).cancel()) {
                            wins[index].incrementAndGet();
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (int i = 0; i < wins.length; i++) {
                assertTrue(wins[i].get() <= 1, "cancelled twice");
                assertTrue(all.get(i).isEnded());
            }
            assertEquals(1, wins[wins.length - 1].get(), "nothing ends the topmost but a call of its own");
            rig.step();
            assertEquals(0, process.eventCount());
            assertEquals(0, rig.worker.eventCount());
        }
    }

    @Test
    void shouldBeRegisteredOrEndedWhenItsProcessClosesMeanwhile() throws Exception {
        for (int round = 0; round < 20; round++) {
            CoreProcess target = rig.process();
            List<EventDescriptor> registered = new ArrayList<>();
            CyclicBarrier barrier = new CyclicBarrier(2);
            Thread registrar = Thread.ofPlatform().start(() -> {
                try {
                    barrier.await();
                    for (int i = 0; i < 200; i++) {
                        registered.add(rig.woken(target, e -> {}));
                    }
                } catch (IllegalStateException e) {
                    // closed
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            barrier.await();
            rig.running(target::close);
            registrar.join();
            rig.steps(2);
            for (EventDescriptor event : registered) {
                assertEquals(EventState.ENDED, event.state());
            }
            assertEquals(0, target.eventCount());
        }
    }
}
