package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.Control;
import aem.api.ControlRefusedException;
import aem.api.EventClass;
import aem.api.EventFlag;
import aem.api.EventState;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.SourceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The life of one event: registered, armed, pending, running, ended. */
@Timeout(60)
class EventLifeTest {
    private final Rig rig = new Rig();
    private final CoreProcess process = rig.process();
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void end() {
        rig.close();
    }

    private FakeSource.Script says(String text) {
        return event -> log.add(text);
    }

    /** Has an event happen; it is pending then. */
    private void activate(Event event) {
        event.wake();
        rig.step();
        assertEquals(EventState.PENDING, event.state());
    }

    @Test
    void shouldBeRegisteredArmedPendingRunningAndArmedAgain() {
        Event event = rig.woken(process, e -> log.add(e.descriptor().state().name()));
        assertEquals(EventState.REGISTERED, event.state());
        rig.step();
        assertEquals(EventState.ARMED, event.state());
        activate(event);
        assertEquals(List.of(), log);
        rig.step();
        assertEquals(List.of("RUNNING"), log);
        assertEquals(EventState.ARMED, event.state());
        assertEquals(1, event.handledCount());
    }

    @Test
    void shouldTellWhatItIs() {
        Event event = rig.woken(process, e -> {}, EventFlag.ONESHOT);
        assertEquals("fake", event.kind());
        assertEquals("op", event.operation());
        assertSame(process, event.process());
        assertEquals(Set.of(EventFlag.ONESHOT), event.flags());
        assertEquals(EventClass.NEVER, event.eventClass());
        assertTrue(event.id() > 0);
        assertSame(event, rig.view.event(event.id()).orElseThrow());
        assertEquals(List.of(event), process.events());
    }

    @Test
    void shouldBeHandledInOrderOfActivation() {
        Event a = rig.woken(process, says("a"));
        Event b = rig.woken(process, says("b"));
        rig.step();
        b.wake();
        a.wake();
        rig.steps(2);
        assertEquals(List.of("b", "a"), log);
    }

    @Test
    void shouldTakeManyWakesBeforeTheJobAsOne() {
        Event event = rig.woken(process, says("x"));
        rig.step();
        for (int i = 0; i < 100; i++) {
            event.wake();
        }
        rig.steps(3);
        assertEquals(List.of("x"), log);
        event.wake();
        rig.steps(2);
        assertEquals(2, log.size(), "and can be woken again");
    }

    @Test
    void shouldBeActivatedAsOftenAsItsJobSays() {
        Event event = rig.woken(process, new FakeSource.Script() {
            @Override
            public void handle(SourceEvent e) {
                log.add("x");
            }

            @Override
            public int job(SourceEvent e, int ready) {
                return 3;
            }
        });
        rig.step();
        activate(event);
        assertEquals(3, event.waitingCount());
        rig.step();
        assertEquals(3, log.size());
    }

    @Test
    void shouldNotBeActivatedWhenItsJobSaysNothingHasHappened() {
        Event event = rig.woken(process, new FakeSource.Script() {
            @Override
            public void handle(SourceEvent e) {
                log.add("x");
            }

            @Override
            public int job(SourceEvent e, int ready) {
                return 0;
            }
        });
        rig.step();
        event.wake();
        rig.steps(2);
        assertEquals(List.of(), log);
        assertEquals(0, rig.ledger().offered);
    }

    @Test
    void shouldReportAJobThatThrowsAndGoOn() {
        rig.expectReport("job of");
        Event event = rig.woken(process, new FakeSource.Script() {
            @Override
            public void handle(SourceEvent e) {
                log.add("x");
            }

            @Override
            public int job(SourceEvent e, int ready) {
                if (rig.reports().isEmpty()) {
                    throw new IllegalStateException("bad job");
                }
                return 1;
            }
        });
        rig.step();
        event.wake();
        rig.steps(2);
        assertTrue(rig.reported("job of " + event.label() + ": java.lang.IllegalStateException: bad job"));
        assertEquals(0, rig.ledger().offered);
        event.wake();
        rig.steps(2);
        assertEquals(List.of("x"), log);
    }

    @Test
    void shouldEndAfterItsOneShot() {
        Event event = rig.woken(process, says("x"), EventFlag.ONESHOT);
        rig.step();
        activate(event);
        event.wake();
        rig.steps(3);
        assertEquals(List.of("x"), log);
        assertEquals(EventState.ENDED, event.state());
        assertEquals(Optional.empty(), rig.view.event(event.id()));
        assertEquals(0, process.eventCount());
    }

    @Test
    void shouldNotSpendAOneShotOnNothing() {
        Event event = rig.woken(
                process,
                e -> {
                    log.add("x");
                    if (log.size() == 1) {
                        e.again();
                    }
                },
                EventFlag.ONESHOT);
        rig.step();
        activate(event);
        rig.step();
        assertEquals(EventState.ARMED, event.state());
        activate(event);
        rig.step();
        assertEquals(EventState.ENDED, event.state());
        assertEquals(2, log.size());
    }

    @Test
    void shouldBecomeAOneShotByControl() {
        Event event = rig.woken(process, says("x"));
        event.control(new Control.SetFlag(EventFlag.ONESHOT, true));
        assertEquals(Set.of(EventFlag.ONESHOT), event.flags());
        rig.step();
        activate(event);
        rig.step();
        assertEquals(EventState.ENDED, event.state());
    }

    @Test
    void shouldEndWithinItsOwnHandler() {
        Event[] event = {null};
        event[0] = rig.woken(process, e -> {
            assertTrue(event[0].cancel());
            assertFalse(event[0].cancel());
            assertEquals(EventState.ENDED, event[0].state());
            log.add("x");
        });
        rig.step();
        activate(event[0]);
        rig.step();
        assertEquals(List.of("x"), log);
        assertEquals(1, rig.ledger().handled);
        assertEquals(0, process.eventCount());
    }

    @Test
    void shouldCountWhatWaitedWhenItIsCancelledInItsHandler() {
        Event[] event = {null};
        event[0] = rig.woken(process, new FakeSource.Script() {
            @Override
            public void handle(SourceEvent e) {
                log.add("x");
                event[0].cancel();
            }

            @Override
            public int job(SourceEvent e, int ready) {
                return 4;
            }
        });
        rig.step();
        activate(event[0]);
        rig.step();
        assertEquals(List.of("x"), log);
        assertEquals(1, rig.ledger().handled);
        assertEquals(3, rig.ledger().cancelled);
    }

    @Test
    void shouldNotCallAHandlerAfterItWasCancelledByAnotherThread() {
        Event event = rig.woken(process, says("x"));
        rig.step();
        activate(event);
        assertTrue(event.cancel());
        rig.steps(2);
        assertEquals(List.of(), log);
        assertEquals(1, rig.ledger().cancelled);
        assertEquals(0, rig.ledger().pending);
    }

    @Test
    void shouldRefuseWhatIsOfferedToACancelledEvent() {
        Event event = rig.timer(process, java.time.Duration.ofMillis(1), java.time.Duration.ofMillis(1), says("x"));
        rig.step();
        event.cancel();
        rig.after(java.time.Duration.ofMillis(5)); // the timer fires before the worker hears of the end
        assertEquals(List.of(), log);
        assertEquals(rig.ledger().offered, rig.ledger().refused);
    }

    @Test
    void shouldEndBeforeItsWorkerHasHeardOfIt() {
        Event event = rig.woken(process, says("x"));
        assertTrue(event.cancel());
        event.wake();
        rig.steps(3);
        assertEquals(List.of(), log);
        assertEquals(EventState.ENDED, event.state());
        assertEquals(0, rig.worker.eventCount());
    }

    @Test
    void shouldGoOnAfterAHandlerThatThrows() {
        Event bad = rig.woken(process, e -> {
            throw new java.io.IOException("no luck");
        });
        Event worse = rig.woken(process, e -> {
            throw new StackOverflowError();
        });
        Event good = rig.woken(process, says("good"));
        rig.step();
        for (int i = 0; i < 2; i++) {
            bad.wake();
            worse.wake();
            good.wake();
            rig.steps(2);
        }
        assertEquals(List.of("good", "good"), log);
        assertEquals(4, rig.ledger().failed);
        assertEquals(2, bad.failedCount());
        assertEquals(4, rig.source.failures.size());
        assertEquals(EventState.ARMED, bad.state());
        assertTrue(rig.reported("handler of " + bad.label() + ": java.io.IOException: no luck"));
    }

    @Test
    void shouldEndAOneShotWhoseHandlerThrows() {
        Event event = rig.woken(
                process,
                e -> {
                    throw new IllegalStateException();
                },
                EventFlag.ONESHOT);
        rig.step();
        activate(event);
        rig.step();
        assertEquals(EventState.ENDED, event.state());
    }

    @Test
    void shouldClearWhatAHandlerLeavesOnItsThread() {
        Event bad = rig.woken(process, e -> {
            Thread.currentThread().interrupt();
            Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
        });
        Event next = rig.woken(process, e -> {
            assertFalse(Thread.currentThread().isInterrupted());
            assertNull(Thread.currentThread().getContextClassLoader());
            log.add("clean");
        });
        rig.step();
        bad.wake();
        next.wake();
        rig.steps(2);
        assertEquals(List.of("clean"), log);
    }

    @Test
    void shouldEndWhenItsSourceSaysSo() {
        Event event = rig.woken(process, new FakeSource.Script() {
            @Override
            public void handle(SourceEvent e) {
                e.end();
                log.add(e.descriptor().state().name());
            }

            @Override
            public int job(SourceEvent e, int ready) {
                return 3;
            }
        });
        rig.step();
        activate(event);
        rig.step();
        assertEquals(List.of("RUNNING"), log, "after the current activation");
        assertEquals(EventState.ENDED, event.state());
        assertEquals(2, rig.ledger().cancelled);
    }

    @Test
    void shouldBeEndableByItsJob() {
        Event event = rig.woken(process, new FakeSource.Script() {
            @Override
            public void handle(SourceEvent e) {
                log.add("x");
            }

            @Override
            public int job(SourceEvent e, int ready) {
                e.end();
                return 1;
            }
        });
        rig.step();
        event.wake();
        rig.steps(2);
        assertEquals(List.of(), log);
        assertEquals(EventState.ENDED, event.state());
        assertEquals(1, rig.ledger().refused);
    }

    @Test
    void shouldNeverGiveAnIdTwice() {
        Event first = rig.woken(process, e -> {});
        first.cancel();
        rig.step();
        Event second = rig.woken(process, e -> {});
        assertNotEquals(first.id(), second.id());
        assertEquals(Optional.empty(), rig.view.event(first.id()));
        assertSame(second, rig.view.event(second.id()).orElseThrow());
        assertEquals(Optional.empty(), rig.view.event(-1));
        assertEquals(Optional.empty(), rig.view.event(0));
        assertEquals(Optional.empty(), rig.view.event(Long.MAX_VALUE));
    }

    @Test
    void shouldAnswerAfterItsEnd() {
        Event event = rig.woken(process, e -> {}, EventFlag.ONESHOT);
        rig.step();
        event.cancel();
        rig.step();
        assertEquals(EventState.ENDED, event.state());
        assertEquals("fake", event.kind());
        assertSame(process, event.process());
        assertEquals(Set.of(EventFlag.ONESHOT), event.flags());
        assertEquals(Optional.empty(), event.parent());
        assertEquals(List.of(), event.children());
        assertFalse(event.cancel());
        event.wake();
        event.end();
        rig.steps(2);
        ControlRefusedException refused =
                assertThrows(ControlRefusedException.class, () -> event.control(new Control.SetPriority(9)));
        assertTrue(refused.getMessage().contains("priority 9 refused: the event has ended"), refused.getMessage());
    }

    @Test
    void shouldRefuseControlsThatDoNotFit() {
        Event event = rig.woken(process, e -> {});
        for (Control control : List.of(
                new Control.SetPeriod(java.time.Duration.ofMillis(1)),
                new Control.SetFlag(EventFlag.FORK, true),
                new Control.Custom("colour", "red"))) {
            ControlRefusedException refused = assertThrows(ControlRefusedException.class, () -> event.control(control));
            assertTrue(refused.getMessage().contains(control.toString()), refused.getMessage());
        }
        event.control(new Control.SetPriority(77));
        event.control(new Control.SetClass(EventClass.REJECTABLE));
        assertEquals(77, event.priority());
        assertEquals(EventClass.REJECTABLE, event.eventClass());
    }

    @Test
    void shouldWaitWhileItIsSuspendedByControl() {
        Event event = rig.woken(process, says("x"));
        rig.step();
        event.control(new Control.Suspend());
        rig.step();
        assertEquals(EventState.SUSPENDED, event.state());
        event.wake();
        rig.steps(3);
        assertEquals(List.of(), log);
        event.control(new Control.Resume());
        rig.steps(2);
        assertEquals(List.of("x"), log);
    }

    @Test
    void shouldKeepWhatWaitsWhileItIsSuspended() {
        Event[] second = {null};
        Event first = rig.woken(process, e -> second[0].control(new Control.Suspend()));
        second[0] = rig.woken(process, says("x"));
        rig.step();
        first.wake();
        second[0].wake();
        rig.step();
        assertEquals(EventState.PENDING, second[0].state());
        rig.steps(3);
        assertEquals(List.of(), log);
        assertEquals(1, rig.ledger().pending);
        second[0].control(new Control.Resume());
        rig.steps(2);
        assertEquals(List.of("x"), log);
    }

    @Test
    void shouldRefuseARegistrationThatDoesNotFit() {
        IllegalArgumentException flag =
                assertThrows(IllegalArgumentException.class, () -> rig.woken(process, e -> {}, EventFlag.FORK));
        assertTrue(flag.getMessage().contains("FORK"), flag.getMessage());
        try (Rig other = new Rig()) {
            CoreProcess foreign = other.process();
            assertThrows(IllegalArgumentException.class, () -> rig.woken(foreign, e -> {}));
        }
        CoreProcess gone = rig.process();
        rig.running(gone::close);
        IllegalStateException closed = assertThrows(IllegalStateException.class, () -> rig.woken(gone, e -> {}));
        assertTrue(closed.getMessage().contains("is closed"), closed.getMessage());
        assertEquals(0, process.eventCount());
    }

    @Test
    void shouldLeaveNothingBehindWhenItsPreparationThrows() {
        CoreConnection connection = rig.connected(process);
        EventSpec spec = new EventSpec(
                process,
                (FakeSource.Script) e -> {},
                "op",
                0,
                EventClass.NEVER,
                new EventFlag[0],
                0,
                new JobSpec.Reactive(connection, aem.api.spi.Readiness.READ));
        assertThrows(RuntimeException.class, () -> rig.source.context.register(spec, event -> event.word(0, 1)));
        rig.step();
        assertEquals(0, process.eventCount());
        assertEquals(List.of(), process.events());
        assertTrue(rig.source.context.register(spec, null).id() > 0, "the interest is free again");
    }
}
