package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.Control;
import aem.api.EventClass;
import aem.api.EventFlag;
import aem.api.dto.LedgerDTO;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.Readiness;
import aem.api.spi.SourceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * offered = refused + activated; activated = handled + failed + cancelled + shed + pending + running + in transfer. {@link
 * Rig#step} checks it after each cycle.
 */
@Timeout(120)
class LedgerTest {
    private static final int OPERATIONS = 4_000;
    private static final int EVENTS = 30;

    /** An application that does everything that it may, in no order. */
    private static final class Chaos implements FakeSource.Script {
        private final Random random;
        private final Rig rig;
        private final List<Event> events = new ArrayList<>();
        private final List<CoreProcess> processes = new ArrayList<>();
        private final RandomParts parts;
        long calls;

        Chaos(Rig rig, int seed) {
            this.rig = rig;
            random = new Random(seed);
            parts = new RandomParts(rig, random);
            for (int i = 0; i < 3; i++) {
                processes.add(rig.process());
            }
        }

        @Override
        public int job(SourceEvent event, int ready) {
            if (random.nextInt(50) == 0) {
                throw new IllegalStateException("job");
            }
            return random.nextInt(4);
        }

        @Override
        public void handle(SourceEvent event) {
            calls++;
            if (event.connection() != null && event.endpoint().isOpen()) {
                event.receive();
            }
            switch (random.nextInt(20)) {
                case 0 -> throw new IllegalStateException("handler");
                case 1 -> event.end();
                case 2 -> event.descriptor().cancel();
                case 3 -> event.descriptor().parent().ifPresent(parent -> parent.cancel());
                case 4 -> act();
                case 5 -> register((CoreProcess) event.descriptor().process());
                case 6 -> event.descriptor().process().close();
                default -> {
                    // it is content
                }
            }
        }

        private CoreProcess process() {
            int index = random.nextInt(processes.size());
            if (!processes.get(index).isOpen()) {
                processes.set(index, rig.core.createProcess("app", "bundle", limits(), null, null, false));
            }
            return processes.get(index);
        }

        private aem.api.ProcessLimits limits() {
            return aem.api.ProcessLimits.DEFAULT;
        }

        private void register(CoreProcess process) {
            if (!parts.hasSource() || !process.isOpen() || events.size() >= EVENTS) {
                return;
            }
            EventFlag[] flags = random.nextInt(4) == 0 ? new EventFlag[] {EventFlag.ONESHOT} : new EventFlag[0];
            EventClass eventClass = random.nextBoolean() ? EventClass.NEVER : EventClass.REJECTABLE;
            Duration delay = Duration.ofMillis(random.nextInt(20));
            switch (random.nextInt(3)) {
                case 0 -> events.add(rig.timer(process, delay, delay.multipliedBy(random.nextInt(2)), this, flags));
                case 1 ->
                    events.add((Event) rig.source.context.register(
                            new EventSpec(process, this, "op", 0, eventClass, flags, 0, new JobSpec.Woken()), null));
                default -> {
                    if (parts.hasIo()) {
                        CoreConnection connection = rig.connecting(process);
                        FakeIo.socket(connection).connectEnds(0);
                        events.add(rig.on(connection, Readiness.CONNECT, SourceEvent::finishConnect));
                        events.add(rig.on(connection, Readiness.READ, this, flags));
                        events.add(rig.on(connection, Readiness.CLOSE, this, flags));
                    }
                }
            }
        }

        /** One operation, from whatever thread. */
        void act() {
            events.removeIf(Event::isEnded);
            if (events.isEmpty()) {
                register(process());
                return;
            }
            Event event = events.get(random.nextInt(events.size()));
            switch (random.nextInt(16)) {
                case 0, 1, 2 -> register(process());
                case 3, 4, 5 -> event.wake();
                case 6, 7, 8 -> touch(event);
                case 9 -> event.cancel();
                case 10 -> control(event, new Control.Suspend());
                case 11 -> control(event, new Control.Resume());
                case 12 -> control(event, new Control.SetFlag(EventFlag.ONESHOT, random.nextBoolean()));
                case 13 -> rig.scheduler.overloaded = random.nextInt(4) == 0;
                default -> rig.clockNs.addAndGet(random.nextInt(5_000_000));
            }
        }

        private void control(Event event, Control control) {
            if (!event.isEnded()) {
                event.control(control);
            }
        }

        private void touch(Event event) {
            if (event.handle == null) {
                event.wake();
                return;
            }
            FakeSocket socket = FakeIo.socket(event.handle);
            switch (random.nextInt(8)) {
                case 0 -> socket.fin();
                case 1 -> ((CoreConnection) event.handle).close();
                case 2 -> ((CoreConnection) event.handle).reset();
                default -> socket.arrive("hello");
            }
        }

        void run() {
            for (int i = 0; i < OPERATIONS; i++) {
                act();
                if (random.nextInt(100) == 0) {
                    process().close(aem.api.ChildExit.Reason.KILLED);
                }
                if (random.nextInt(25) == 0) {
                    parts.exchange();
                    rig.check();
                }
                if (random.nextInt(10) == 0) {
                    Worker[] workers = rig.core.workers();
                    rig.core.move(process(), workers[random.nextInt(workers.length)]);
                }
                if (parts.hasScheduler()) {
                    rig.step();
                }
            }
            parts.restore();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 1", "4, 1", "5, 1", "1, 2", "2, 2", "3, 2", "4, 2", "5, 2", "1, 3", "2, 3", "3, 3"})
    void shouldBalanceAfterEachCycleWhateverHappens(int seed, int workers) {
        try (Rig rig = new Rig(java.util.Map.of("aem.close.timeout", "1ms", "aem.workers", "" + workers))) {
            rig.expectReport("job of");
            Chaos chaos = new Chaos(rig, seed);
            chaos.run();
            rig.steps(20);
            LedgerDTO ledger = rig.ledger();
            long moved = Stream.of(rig.core.workers())
                    .mapToLong(worker -> worker.arrivedProcesses)
                    .sum();
            assertTrue(workers == 1 ? moved == 0 : moved > 50, "moved: " + moved);
            assertTrue(chaos.calls > 500, "calls: " + chaos.calls);
            assertTrue(ledger.failed > 0 && ledger.cancelled > 0 && ledger.shed > 0 && ledger.refused >= 0);
        }
    }

    @Test
    void shouldBalanceOverAllWorkers() {
        try (Rig rig = new Rig(java.util.Map.of("aem.workers", "3"))) {
            List<Event> events = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                events.add(rig.woken(rig.process(), e -> {}));
            }
            events.forEach(Event::wake);
            rig.steps(1);
            LedgerDTO ledger = rig.exchange(rig.view::ledger);
            assertEquals(9, ledger.pending);
            assertEquals(List.of(), ledger.missing);
            assertTrue(ledger.isBalanced());
            rig.step();
            assertEquals(9, rig.exchange(rig.view::ledger).handled);
            assertEquals(
                    3, events.stream().map(event -> event.worker).distinct().count());
        }
    }

    // ---- the check can fail ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void shouldNoticeAMiscount(int which) {
        Rig rig = new Rig();
        try {
            rig.step();
            switch (which) {
                case 0 -> rig.worker.offered++;
                case 1 -> rig.worker.refused++;
                case 2 -> rig.worker.activated++;
                case 3 -> rig.worker.handled++;
                case 4 -> rig.worker.failed++;
                default -> rig.worker.cancelled++;
            }
            assertThrows(AssertionError.class, rig::step);
            assertFalse(rig.ledger().isBalanced());
        } finally {
            rig.stopCore();
        }
    }

    @Test
    void shouldNoticeAnActivationThatTheSchedulerLoses() {
        Rig rig = new Rig();
        try {
            CoreProcess process = rig.process();
            Event event = rig.woken(process, e -> {});
            rig.step();
            rig.scheduler.losses = 1;
            event.wake();
            assertThrows(AssertionError.class, rig::step);
        } finally {
            rig.stopCore();
        }
    }
}
