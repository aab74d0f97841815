package aem.timer.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.AemProcess;
import aem.api.EventClass;
import aem.api.EventFlag;
import aem.api.SourceAbsentException;
import aem.api.job.Missed;
import aem.api.part.PartState;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.SourceContext;
import aem.api.spi.SourceEvent;
import aem.api.timer.TimerEvents;
import aem.api.timer.TimerHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TimerSourceTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<EventSpec> specs = new ArrayList<>();
    private final long[] words = new long[1];
    private long nowNs;
    private TimerHandler handler = (e, elapsedNs) -> {};

    private final SourceEvent event = stub(SourceEvent.class, (name, args) -> {
        return switch (name) {
            case "word" -> {
                int index = (int) args[0];
                if (args.length == 2) {
                    words[index] = (long) args[1];
                }
                yield words[index];
            }
            case "nowNs" -> nowNs;
            case "handler" -> handler;
            default -> null;
        };
    });

    private RuntimeException refusal;

    private final SourceContext context = stub(SourceContext.class, (name, args) -> {
        if (refusal != null) {
            throw refusal;
        }
        specs.add((EventSpec) args[0]);
        @SuppressWarnings("unchecked")
        Consumer<SourceEvent> prepare = (Consumer<SourceEvent>) args[1];
        prepare.accept(event);
        return null;
    });

    private final AemProcess process = stub(AemProcess.class, (name, args) -> null);
    private final TimerSource source = new TimerSource();
    private final TimerEvents timers = (TimerEvents) source.open(context, null);

    private interface Answer {
        Object to(String method, Object[] args);
    }

    private static <T> T stub(Class<T> type, Answer answer) {
        Object proxy = Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (p, method, args) -> answer.to(method.getName(), args));
        return type.cast(proxy);
    }

    @Test
    void shouldRegisterOneShotWithoutPeriod() {
        timers.evtimer(process, handler, SECOND);
        EventSpec spec = specs.get(0);
        assertEquals(new JobSpec.Periodic(SECOND, Duration.ZERO, Missed.FIRE_ALL), spec.job());
        assertEquals(EventClass.NEVER, spec.eventClass());
        assertEquals("timer", spec.operation());
    }

    @Test
    void shouldRegisterPeriodPolicyAndFlags() {
        timers.evtimer(process, handler, SECOND, Duration.ofMillis(5), Missed.FIRE_ONCE, EventFlag.ONESHOT);
        assertEquals(
                new JobSpec.Periodic(SECOND, Duration.ofMillis(5), Missed.FIRE_ONCE),
                specs.get(0).job());
        assertEquals(List.of(EventFlag.ONESHOT), List.of(specs.get(0).flags()));
    }

    @Test
    void shouldRefuseWrongArgumentsWithTheValue() {
        var e = assertThrows(
                IllegalArgumentException.class, () -> timers.evtimer(process, handler, Duration.ofMillis(-1)));
        assertEquals("interval must not be negative: PT-0.001S", e.getMessage());
        var p = assertThrows(
                IllegalArgumentException.class, () -> timers.evtimer(process, handler, SECOND, SECOND.negated()));
        assertEquals("period must not be negative: PT-1S", p.getMessage());
        assertThrows(NullPointerException.class, () -> timers.evtimer(process, null, SECOND));
        assertThrows(NullPointerException.class, () -> timers.evtimer(process, handler, null));
        assertThrows(NullPointerException.class, () -> timers.evtimer(null, handler, SECOND));
        assertTrue(specs.isEmpty());
    }

    @Test
    void shouldActivateOncePerExpiry() {
        assertEquals(1, source.job(event, 1));
        assertEquals(17, source.job(event, 17));
    }

    @Test
    void shouldTellTheTimeSinceTheRegistration() throws Exception {
        List<Long> elapsed = new ArrayList<>();
        handler = (e, elapsedNs) -> elapsed.add(elapsedNs);
        timers.evtimer(process, handler, SECOND);
        nowNs = words[TimerSource.REGISTERED_NS] + 42;
        source.handle(event);
        assertEquals(List.of(42L), elapsed);
    }

    @Test
    void shouldLetThroughWhatTheHandlerThrows() {
        handler = (e, elapsedNs) -> {
            throw new java.io.IOException("no");
        };
        assertThrows(java.io.IOException.class, () -> source.handle(event));
    }

    @Test
    void shouldLetThroughThatItsServiceHasEnded() {
        source.suspend();
        refusal = new SourceAbsentException("ended");
        assertThrows(SourceAbsentException.class, () -> timers.evtimer(process, handler, SECOND));
    }

    @Test
    void shouldAdoptItsOwnStateAndRefuseAnother() {
        new TimerSource().open(context, source.suspend());
        PartState other = new PartState("source.timer", 9, Map.of());
        var e = assertThrows(IllegalArgumentException.class, () -> new TimerSource().open(context, other));
        assertTrue(e.getMessage().contains("version 9"), e.getMessage());
    }
}
