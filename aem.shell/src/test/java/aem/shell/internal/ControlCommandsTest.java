package aem.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.Control;
import aem.api.EventState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlCommandsTest {
    private final Fakes.FakeRuntime runtime = new Fakes.FakeRuntime();
    private final Fakes.Event event = new Fakes.Event(17);
    private final Fakes.Event other = new Fakes.Event(18);
    private final Gogo gogo = new Gogo(runtime);

    ControlCommandsTest() {
        runtime.live.put(17L, event);
        runtime.live.put(18L, other);
    }

    @AfterEach
    void close() {
        gogo.close();
    }

    @ParameterizedTest
    @CsvSource({
        "priority HIGH, priority 8 -> 64",
        "PRIORITY 5, priority 8 -> 5",
        "class never, class REJECTABLE -> NEVER",
        "oneshot off, oneshot on -> off",
        "fork on, fork off -> on",
        "period 250ms, period -> 250ms",
        "period 1.5s, period -> 1.5s",
        "suspend, suspend (was ARMED)",
        "resume, resume (was ARMED)"
    })
    void shouldChangeAnEventAndSayWhat(String words, String said) {
        assertEquals("event 17 (socket read): " + said + "\n", gogo.out("aem:evctl 17 " + words));
        assertEquals(1, event.controls.size());
    }

    @Test
    void shouldMoveAProcess() {
        assertEquals("process 3 goes to worker 1\n", gogo.out("aem:move 3 1"));
        assertEquals(List.of(3L), runtime.moved);
    }

    @ParameterizedTest
    @CsvSource({
        "'', usage: aem:move PROCESS WORKER",
        "3, usage: aem:move PROCESS WORKER",
        "3 1 2, 2",
        "x 1, not the id of a process: x",
        "3 y, not the id of a worker: y",
        "3 9, worker must be from 0 to 1 (aem.workers): 9",
        "3 99999999999, worker must be from 0 to 1"
    })
    void shouldRefuseAMove(String words, String why) {
        assertTrue(gogo.err("aem:move " + words).contains(why));
        assertEquals(List.of(), runtime.moved);
    }

    @Test
    void shouldPassTheControlOn() {
        gogo.out("aem:evctl 17 period 250ms");
        assertEquals(List.of(new Control.SetPeriod(Duration.ofMillis(250))), event.controls);
    }

    @Test
    void shouldSayAsJsonWhatWasChanged() {
        assertEquals(
                "{\"event\":17,\"kind\":\"socket\",\"operation\":\"read\",\"control\":\"priority\",\"before\":\"8\",\"after\":\"64\"}\n",
                gogo.out("aem:evctl 17 priority HIGH --json"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                  | usage: aem:evctl EVENT CONTROL [VALUE]; see aem:help evctl",
                "17                  | usage: aem:evctl EVENT CONTROL [VALUE]; see aem:help evctl",
                "4711 suspend        | no live event 4711",
                "-1 suspend          | no live event -1",
                "abc suspend         | not the id of an event: abc",
                "99999999999999999999 suspend | not the id of an event: 99999999999999999999",
                "17 priority         | control priority needs an argument",
                "17 priority 1e3     | priority is LOW, NORMAL, HIGH or a number from 1 to 1024: 1e3",
                "17 priority -5      | priority must be from 1 to 1024: -5",
                "17 class GOLD       | control class is one of [REJECTABLE, LAST_RESORT, NEVER]: GOLD",
                "17 oneshot maybe    | control oneshot is on or off: maybe",
                "17 period 250       | a duration is a number and one of ns, us, ms, s, m, h: 250",
                "17 suspend now      | control suspend needs no argument: now",
                "17 priority 5 6     | unexpected argument: 6",
                "17 --suspend        | not a control: --suspend",
                "17 speed 9          | event 17 (socket read): speed 9 refused: no such control"
            })
    void shouldRefuseInOneLineAndChangeNothing(String words, String said) {
        assertEquals("aem:evctl: " + said + "\n", gogo.err("aem:evctl " + words));
        assertTrue(event.controls.isEmpty());
    }

    @Test
    void shouldNotControlAnEventThatHasEnded() {
        event.state = EventState.ENDED;
        assertEquals("aem:evctl: no live event 17\n", gogo.err("aem:evctl 17 suspend"));
    }

    @Test
    void shouldCancelEvents() {
        assertEquals(
                "event 17 (socket read): cancel (was ARMED)\nevent 18 (socket read): cancel (was ARMED)\n",
                gogo.out("aem:cancel 17 18"));
        assertEquals(EventState.ENDED, event.state);
        assertEquals("aem:cancel: no live event 17\n", gogo.err("aem:cancel 17"));
    }

    @Test
    void shouldCancelTheOthersWhenOneIsGone() {
        assertEquals(
                "event 18 (socket read): cancel (was ARMED)\naem:cancel: no live event 4711\n",
                gogo.both("aem:cancel 4711 18"));
    }

    @Test
    void shouldCancelNothingWhenOneWordIsNoId() {
        assertEquals("aem:cancel: not the id of an event: x\n", gogo.err("aem:cancel 17 x"));
        assertEquals(EventState.ARMED, event.state);
        assertEquals("aem:cancel: usage: aem:cancel EVENT...; see aem:help cancel\n", gogo.err("aem:cancel"));
    }

    @Test
    void shouldCancelAsJson() {
        assertTrue(gogo.out("aem:cancel 17 -j").startsWith("[\n{\"event\":17,\"kind\":\"socket\","));
    }
}
