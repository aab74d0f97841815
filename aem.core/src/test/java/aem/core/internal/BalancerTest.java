package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.spi.Readiness;
import aem.core.internal.Balancer.Move;
import aem.core.internal.Balancer.Sample;
import aem.core.internal.Balancer.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a process is moved, and which; and that the number of workers can change. */
@Timeout(60)
class BalancerTest {
    private static final long SECOND_NS = 1_000_000_000;

    private final Map<String, String> settings = new HashMap<>(Map.of("aem.workers", "2"));
    private final Rig rig = new Rig(settings);
    private final List<CoreProcess> processes = new ArrayList<>();

    BalancerTest() {
        for (int i = 0; i < 6; i++) {
            processes.add(rig.process());
        }
    }

    @AfterEach
    void end() {
        rig.close();
    }

    /** Each number is the percentage of one process. */
    private Sample sample(int worker, int firstProcess, String percents) {
        List<Usage> usages = new ArrayList<>();
        long busyNs = 0;
        int process = firstProcess;
        for (String percent : percents.split("\\+", -1)) {
            long tookNs = Long.parseLong(percent) * SECOND_NS / 100;
            usages.add(new Usage(processes.get(process++), tookNs));
            busyNs += tookNs;
        }
        return new Sample(rig.core.workers()[worker], busyNs, usages);
    }

    private Move choose(String first, String second) {
        return Balancer.choose(List.of(sample(0, 0, first), sample(1, 3, second)), SECOND_NS, 80, 50, 5 * SECOND_NS);
    }

    @ParameterizedTest
    @CsvSource({
        "50+40,   10,  1", // 90/10 -> 50/50
        "60+30+5, 10,  1", // 95/10 -> 65/40; 60 would be 35/70
        "85+10,   5,   1", // the small one goes: 85/15
        "30+30+30, 0,  0"
    })
    void shouldMoveTheProcessThatBringsThemNearest(String hot, String cold, int process) {
        Move move = choose(hot, cold);
        assertNotNull(move);
        assertSame(rig.core.workers()[1], move.to());
        assertTrue(
                move.process() == processes.get(process) || process == 0 && processes.indexOf(move.process()) < 3,
                move.process().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "95,      0", // nothing is won by moving it
        "40+35,   0", // not overloaded
        "50+40,   55", // nobody is idle
        "91+3,    40" // hardly anything is won
    })
    void shouldMoveNothing(String hot, String cold) {
        assertNull(choose(hot, cold));
        Move other = Balancer.choose(List.of(sample(0, 0, cold), sample(1, 3, hot)), SECOND_NS, 80, 50, 5 * SECOND_NS);
        assertNull(other);
    }

    @Test
    void shouldNotMoveTheSameProcessAgainSoon() {
        processes.get(1).balancedNs = 6 * SECOND_NS;
        Move move = choose("50+40", "10");
        assertSame(processes.get(0), move.process());
        processes.get(0).balancedNs = 6 * SECOND_NS;
        assertNull(choose("50+40", "10"));
    }

    @Test
    void shouldNotEndlesslyMoveInACircle() {
        long[] shares = {55, 40, 5};
        int[] at = {0, 0, 0};
        int moves = 0;
        for (int round = 0; round < 100; round++) {
            List<List<Usage>> usages = List.of(new ArrayList<>(), new ArrayList<>());
            long[] busyNs = {0, 0};
            for (int i = 0; i < 3; i++) {
                long tookNs = shares[i] * SECOND_NS / 100;
                usages.get(at[i]).add(new Usage(processes.get(i), tookNs));
                busyNs[at[i]] += tookNs;
            }
            List<Sample> samples = List.of(
                    new Sample(rig.core.workers()[0], busyNs[0], usages.get(0)),
                    new Sample(rig.core.workers()[1], busyNs[1], usages.get(1)));
            Move move = Balancer.choose(samples, SECOND_NS, 80, 50, 0);
            if (move != null) {
                moves++;
                at[processes.indexOf(move.process())] = move.to().index;
            }
        }
        assertEquals(1, moves);
    }

    // ---- the number of workers ------------------------------------------------------------------------------------

    private void resize(int workers) {
        settings.put("aem.workers", "" + workers);
        rig.settings(settings);
    }

    @Test
    void shouldGiveUpAllThatAWorkerHasThatIsNoLongerNeeded() {
        CoreProcess moved = processes.get(1);
        assertEquals(1, moved.address().index);
        CoreConnection connection = rig.connected(moved);
        rig.on(connection, Readiness.READ, e -> {
            if (e.receive() > 0) {
                connection.write(e.data());
            }
        });
        rig.steps(2);
        resize(1);
        rig.core.balancer().look(0);
        rig.steps(30);
        for (CoreProcess process : processes) {
            assertEquals(0, process.address().index);
        }
        assertEquals(0, rig.core.workers()[1].processCount());
        FakeIo.socket(connection).arrive("hello");
        rig.steps(3);
        assertEquals("hello", FakeIo.socket(connection).sent());
        assertEquals(0, rig.process().address().index);
        resize(2);
        rig.process();
        assertEquals(1, rig.process().address().index + rig.process().address().index, "both get some again");
    }

    @Test
    void shouldStartWorkersThatAreAdded() {
        resize(4);
        assertEquals(4, rig.core.workers().length);
        Consumer<Worker> serves = worker -> {
            CoreProcess process = processes.get(0);
            rig.core.move(process, worker);
            rig.steps(20);
            assertTrue(process.isAt(worker));
            List<String> log = new ArrayList<>();
            Event woken = rig.woken(process, e -> log.add("handled"));
            CoreConnection connection = rig.connected(process);
            rig.on(connection, Readiness.READ, e -> {
                if (e.receive() > 0) {
                    log.add(e.data().toString(StandardCharsets.US_ASCII));
                }
            });
            rig.steps(2);
            FakeIo.socket(connection).arrive("data");
            woken.wake();
            rig.steps(3);
            assertTrue(log.containsAll(List.of("handled", "data")), log.toString());
            woken.cancel();
            rig.steps(2);
        };
        serves.accept(rig.core.workers()[3]);
        serves.accept(rig.core.workers()[2]);
        assertFalse(rig.reported("poller"));
    }
}
