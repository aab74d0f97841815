package aem.examples.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventDescriptor;
import aem.api.socket.SocketEvents;
import aem.api.socket.SocketFailedException;
import aem.api.timer.TimerEvents;
import aem.api.timer.TimerHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private final Fakes fakes = new Fakes();
    private final List<String> asked = new ArrayList<>();
    private RuntimeException refusal;

    private final SocketEvents sockets = Fakes.stub(SocketEvents.class, (method, args) -> {
        asked.add(method + (method.equals("listen") ? " " + args[1] : ""));
        if (refusal != null) {
            throw refusal;
        }
        return null;
    });

    private Echo echo(Map<String, Object> values) {
        return new Echo(Fakes.config(Echo.Config.class, values), fakes.processes, sockets, fakes.logger);
    }

    @Test
    void shouldListenOnLocalhost7007() {
        Echo echo = echo(Map.of());
        assertEquals(List.of("listen localhost/127.0.0.1:7007", "accept"), asked);
        assertTrue(fakes.log.isEmpty());
        echo.stop();
        assertEquals(List.of("close"), fakes.calls);
    }

    @Test
    void shouldNotListenWhenDisabled() {
        echo(Map.of("enabled", false)).stop();
        assertTrue(asked.isEmpty());
    }

    @Test
    void shouldTellAPortInUseInOneLineAndGoOn() {
        refusal = new SocketFailedException("listen on localhost/127.0.0.1:7007: EADDRINUSE", null);
        Echo echo = echo(Map.of());
        assertEquals(
                List.of("error example {} does not start: {} [test, listen on localhost/127.0.0.1:7007: EADDRINUSE]"),
                fakes.log);
        assertTrue(fakes.calls.contains("close"));
        echo.stop();
    }

    @Test
    void shouldTellAPortOutOfRange() {
        echo(Map.of("port", 70_000));
        assertEquals(1, fakes.log.size());
        assertTrue(fakes.log.get(0).contains("70000"), fakes.log.get(0));
    }

    @Test
    void shouldCloseItsProcessWhenItFailsOtherwise() {
        refusal = new IllegalStateException("a bug");
        assertThrows(IllegalStateException.class, () -> echo(Map.of()));
        assertTrue(fakes.calls.contains("close"));
    }

    @Test
    void shouldPrintTheTimerAsInTheSlides() throws Exception {
        List<Object> asks = new ArrayList<>();
        TimerEvents timers = Fakes.stub(TimerEvents.class, (method, args) -> {
            asks.addAll(List.of(args));
            return null;
        });
        var config = Fakes.config(SlideTimer.Config.class, Map.of());
        new SlideTimer(config, fakes.processes, timers, fakes.logger);
        assertEquals(List.of(Duration.ofSeconds(1), Duration.ZERO), asks.subList(2, 4));
        EventDescriptor id = Fakes.stub(EventDescriptor.class, (method, args) -> 3L);
        ((TimerHandler) asks.get(1)).onTimer(id, 1_000_000_042L);
        assertEquals(List.of("info Timer event desc. {}: {}s: {}ns [3, 1, 42]"), fakes.log);
    }
}
