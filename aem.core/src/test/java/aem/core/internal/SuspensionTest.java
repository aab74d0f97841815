package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.Control;
import aem.api.EventClass;
import aem.api.EventFlag;
import aem.api.EventState;
import aem.api.SourceAbsentException;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The source of a kind goes and another one comes. */
@Timeout(60)
class SuspensionTest {
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

    private EventSpec spec() {
        return new EventSpec(process, says("x"), "op", 0, EventClass.NEVER, new EventFlag[0], 0, new JobSpec.Woken());
    }

    @Test
    void shouldSuspendItsEventsAndServeThemAgain() {
        Event event = rig.woken(process, says("x"));
        rig.step();
        rig.stopSource();
        assertEquals(EventState.SUSPENDED, event.state());
        assertFalse(event.isEnded());
        rig.startSource(1);
        assertEquals(EventState.ARMED, event.state());
        event.wake();
        rig.steps(2);
        assertEquals(List.of("x"), log);
    }

    @Test
    void shouldHandItsStateToTheNext() {
        assertNull(rig.source.adopted, "the first has none");
        rig.stopSource();
        rig.startSource(1);
        assertEquals("source.fake", rig.source.adopted.part());
        assertEquals(2, rig.view.sources().get(0).generation);
    }

    @Test
    void shouldMakeUpForReadinessMeanwhile() {
        Event event = rig.woken(process, says("x"));
        rig.step();
        rig.stopSource();
        event.wake();
        event.wake();
        rig.steps(3);
        assertEquals(0, rig.ledger().offered, "nobody has said that it happened");
        rig.startSource(1);
        rig.step();
        assertEquals(List.of("x"), log);
    }

    @Test
    void shouldMakeUpForActivationsThatWaited() {
        Event a = rig.woken(process, says("a"));
        Event b = rig.woken(process, says("b"));
        rig.step();
        a.wake();
        b.wake();
        rig.step();
        rig.stopSource();
        rig.steps(3);
        assertEquals(List.of(), log);
        assertEquals(2, rig.ledger().pending);
        assertEquals(EventState.SUSPENDED, a.state());
        rig.startSource(1);
        rig.step();
        assertEquals(List.of("a", "b"), log);
    }

    @Test
    void shouldMakeUpForEachExpiryMeanwhile() {
        Duration hour = Duration.ofHours(1);
        rig.timer(process, hour, hour, says("tick"));
        Event once = rig.timer(process, hour, Duration.ZERO, says("once"));
        rig.step();
        rig.stopSource();
        rig.after(hour);
        rig.after(hour.multipliedBy(2));
        assertEquals(List.of(), log);
        rig.startSource(1);
        rig.step();
        assertEquals(List.of("tick", "tick", "tick", "once"), log);
        assertTrue(once.isEnded());
    }

    @Test
    void shouldMakeUpOnceForAOneShot() {
        Event event = rig.woken(process, says("x"), EventFlag.ONESHOT);
        rig.step();
        event.wake();
        rig.step();
        rig.stopSource();
        event.wake();
        rig.steps(2);
        rig.startSource(1);
        rig.steps(2);
        assertEquals(List.of("x"), log);
        assertTrue(event.isEnded());
    }

    @Test
    void shouldNotPollAReadableConnectionMeanwhile() {
        CoreConnection connection = rig.connected(process);
        rig.on(connection, Readiness.READ, e -> {
            e.receive();
            log.add(e.data().toString(java.nio.charset.StandardCharsets.US_ASCII));
        });
        rig.steps(2);
        rig.stopSource();
        FakeSocket socket = FakeIo.socket(connection);
        socket.arrive("hello");
        int before = socket.reports;
        rig.steps(20);
        assertTrue(socket.reports - before <= 1, "reports: " + (socket.reports - before));
        rig.startSource(1);
        rig.steps(3);
        assertEquals(List.of("hello"), log);
    }

    @Test
    void shouldRefuseRegistrationsMeanwhile() {
        FakeSource gone = rig.source;
        FakeApi.Call facade = rig.facade();
        rig.stopSource();
        SourceAbsentException old =
                assertThrows(SourceAbsentException.class, () -> gone.context.register(spec(), null));
        assertTrue(old.getMessage().contains("kind fake"), old.getMessage());
        SourceAbsentException away = assertThrows(SourceAbsentException.class, () -> facade.register(spec()));
        assertTrue(away.getMessage().contains("no source of kind fake is running"), away.getMessage());
        assertEquals(0, process.eventCount());
        rig.startSource(1);
        assertNotNull(facade.register(spec()), "the same facade as before");
        assertEquals("ACTIVE", rig.registry.find(rig.api).getProperty("aem.state"));
    }

    @Test
    void shouldNotLetAWorkerWaitForASource() {
        FakeApi.Call facade = rig.facade();
        CoreProcess other = process;
        rig.stopSource();
        assertEquals("SUSPENDED", rig.registry.find(rig.api).getProperty("aem.state"));
        rig.settings(Map.of("aem.absence.wait", "1h"));
        rig.atHome(() -> assertThrows(
                SourceAbsentException.class,
                () -> facade.register(new EventSpec(
                        other, says("x"), "op", 0, EventClass.NEVER, new EventFlag[0], 0, new JobSpec.Woken()))));
        rig.startSource(1);
    }

    @Test
    void shouldRefuseASourceThatCannotAdopt() {
        Event event = rig.woken(process, says("x"));
        rig.step();
        event.wake();
        rig.stopSource();
        rig.startSource(2);
        assertTrue(
                rig.reported("fake of bundle Bundle can't serve"), rig.reports().toString());
        assertTrue(rig.reported("version 1 can't be adopted"));
        assertEquals(EventState.SUSPENDED, event.state());
        rig.steps(2);
        assertEquals(List.of(), log);
        rig.startSource(1);
        rig.steps(2);
        assertEquals(List.of("x"), log);
    }

    @Test
    void shouldKeepOthersStandingBy() {
        FakeSource first = rig.source;
        FakeSource low = rig.addSource(1, -1);
        FakeSource high = rig.addSource(1, 9);
        assertNull(low.context);
        assertNull(high.context, "rank decides when a place is free");
        Event event = rig.woken(process, says("x"));
        rig.step();
        rig.stopSource();
        assertNotNull(first.context);
        assertNotNull(high.context);
        assertEquals(1, high.adopted.version());
        assertNull(low.context);
        assertEquals(EventState.ARMED, event.state(), "never suspended for long");
    }

    @Test
    void shouldTakeTheNextWhenTheBestCannotAdopt() {
        FakeSource best = rig.addSource(2, 9);
        FakeSource next = rig.addSource(1, 1);
        rig.stopSource();
        assertNull(best.context);
        assertNotNull(next.context);
        assertEquals(1, rig.view.sources().size());
        assertEquals("ACTIVE", rig.view.sources().get(0).state);
    }

    @Test
    void shouldRefuseASourceOfAnotherApi() {
        rig.stopSource();
        FakeSource foreign = rig.addSourceOf(FakeApi.class);
        assertNull(foreign.context);
        assertTrue(rig.reported("retire the kind first"), rig.reports().toString());
        rig.startSource(1);
    }

    @Test
    void shouldGoOnWithoutStateIfNoneIsHandedOver() {
        Event event = rig.woken(process, says("x"));
        rig.step();
        rig.source.suspensionFails = true;
        rig.stopSource();
        assertTrue(rig.reported("source of kind fake handed over no state"));
        rig.startSource(1);
        assertNull(rig.source.adopted);
        event.wake();
        rig.steps(2);
        assertEquals(List.of("x"), log);
    }

    @Test
    void shouldTakeBothItsSourceAndItsControlToResume() {
        Event event = rig.woken(process, says("x"));
        rig.step();
        event.control(new Control.Suspend());
        rig.step();
        event.wake();
        rig.stopSource();
        rig.steps(2);
        rig.startSource(1);
        rig.steps(2);
        assertEquals(List.of(), log);
        rig.stopSource();
        event.control(new Control.Resume());
        rig.steps(2);
        assertEquals(List.of(), log);
        rig.startSource(1);
        rig.steps(2);
        assertEquals(List.of("x"), log);
    }

    @Test
    void shouldCancelASuspendedEventAndWhatItKept() {
        Event event = rig.woken(process, says("x"));
        rig.step();
        event.wake();
        rig.step();
        rig.stopSource();
        rig.step();
        assertEquals(1, rig.ledger().pending);
        event.cancel();
        rig.step();
        assertEquals(0, rig.ledger().pending);
        assertEquals(1, rig.ledger().cancelled);
        rig.startSource(1);
        rig.steps(2);
        assertEquals(List.of(), log);
    }

    @Test
    void shouldCountOnceWhatIsDeferredTwice() {
        Event event = rig.woken(process, says("x"));
        rig.step();
        event.wake();
        rig.step();
        rig.stopSource();
        rig.step();
        for (int i = 0; i < 3; i++) {
            event.control(new Control.Suspend());
            event.control(new Control.Resume());
            rig.steps(2);
            assertEquals(1, rig.ledger().pending);
        }
        rig.startSource(1);
        rig.step();
        assertEquals(List.of("x"), log);
    }

    @Test
    void shouldForgetWhatWasDeferredForAnEventThatHasEnded() {
        for (int i = 0; i < 10; i++) {
            Event event = rig.woken(process, says("x"));
            event.control(new Control.Suspend());
            rig.step();
            event.wake();
            rig.steps(2);
            event.cancel();
            rig.step();
        }
        Event last = rig.woken(process, says("x"));
        rig.step();
        assertEquals(0, rig.worker.kindSlot(last.kindEntry()).deferredEvents());
    }

    @Test
    void shouldLetAHandlerStopItsOwnSource() {
        Event event = rig.woken(process, e -> {
            rig.stopSourceInHandler();
            log.add("returned");
        });
        rig.step();
        event.wake();
        rig.steps(2);
        assertEquals(List.of("returned"), log, "without waiting for itself");
        rig.awaitExchanges();
        assertEquals(EventState.SUSPENDED, event.state());
        assertEquals(1, rig.ledger().handled);
        rig.startSource(1);
        assertEquals(EventState.ARMED, event.state());
    }

    @Test
    void shouldRetireAKindWithItsEvents() {
        IllegalStateException serving = assertThrows(IllegalStateException.class, () -> rig.view.retire("fake"));
        assertTrue(serving.getMessage().contains("served by app 1.2.3"), serving.getMessage());
        assertThrows(IllegalArgumentException.class, () -> rig.view.retire("none"));
        Event event = rig.woken(process, says("x"));
        rig.step();
        FakeApi.Call facade = rig.facade();
        rig.stopSource();
        rig.view.retire("fake");
        rig.step();
        assertTrue(event.isEnded());
        assertNull(rig.facade());
        SourceAbsentException retired = assertThrows(SourceAbsentException.class, () -> facade.register(spec()));
        assertTrue(retired.getMessage().contains("retired"), retired.getMessage());
        rig.startSource(1);
        assertEquals(0, rig.view.sources().get(0).events);
        assertNotNull(rig.facade(), "a new kind of the same name");
    }
}
