package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import aem.api.EventDescriptor;
import aem.api.EventState;
import aem.api.timer.TimerEvents;
import aem.itest.bundles.app.TimerApp;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** aem.timer goes and comes while 10,000 timers run: none is lost, none fires twice, none fires early. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SwapTimerIT {
    private static final int CYCLES = 100;
    private static final int TIMERS = 10_000;
    /** The first half fires once, the others periodically. */
    private static final int ONCE = TIMERS / 2;

    private static final long LAST_ONCE_NS = TimeUnit.SECONDS.toNanos(8);
    private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(250);
    /** The bundle stays away this long, in one of the cycles: several periods, and a part of what fires once. */
    private static final long ABSENCE_NS = TimeUnit.MILLISECONDS.toNanos(1_200);

    @Inject
    private BundleContext context;

    private final long[] intervalNs = new long[TIMERS];
    private final long[] registeredNs = new long[TIMERS];
    private final AtomicIntegerArray fired = new AtomicIntegerArray(TIMERS);
    private final AtomicReference<String> early = new AtomicReference<>();
    private final List<EventDescriptor> events = new ArrayList<>();

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {
            ExportedRuntime.runtime(Path.of("SwapTimerIT").toAbsolutePath()), ExportedRuntime.testBundle("app")
        };
    }

    @Test
    public void shouldKeepTenThousandTimersThroughAHundredExchanges() throws Exception {
        Aem aem = new Aem(context);
        AtomicInteger activations = new AtomicInteger();
        context.registerService(
                AtomicInteger.class, activations, new Hashtable<>(Map.of("aem.itest.activations", "timer")));
        TimerApp app = aem.service(TimerApp.class);
        TimerEvents timers = app.timers();
        long handledBefore = aem.runtime().ledger().handled;
        register(app);

        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < CYCLES; i++) {
            loaders.add(aem.loader("aem.timer"));
            if (i == CYCLES / 4) {
                stayAway(aem);
            } else {
                aem.exchange("aem.timer", i);
            }
            assertEquals("activations after exchange " + i, 1, activations.get());
        }
        assertSame(timers, app.timers());
        awaitAllDueNow();
        Await.until(
                () -> ONCE - countOnce() + " timers have not fired",
                () -> System.nanoTime() > registeredNs[TIMERS - 1] + LAST_ONCE_NS && countOnce() == ONCE);
        awaitAllDueNow();
        aem.awaitCollected("aem.timer", loaders);

        for (int i = ONCE; i < TIMERS; i++) {
            assertTrue("timer " + i + " is live", events.get(i).cancel());
        }
        Await.until("all timers have ended", () -> app.process().events().isEmpty());
        aem.assertBalanced(); // asks the workers, so that what ran has run to its end
        long sum = 0;
        for (int i = 0; i < TIMERS; i++) {
            assertEquals(EventState.ENDED, events.get(i).state());
            assertFalse(events.get(i).cancel());
            if (i < ONCE) {
                assertEquals("timer " + i + " fired", 1, fired.get(i));
            }
            sum += fired.get(i);
        }
        assertEquals("fired early or twice", null, early.get());
        assertEquals(sum, aem.runtime().ledger().handled - handledBefore);
        assertEquals(1, activations.get());
        aem.assertNoReports();
    }

    private void register(TimerApp app) {
        Random random = new Random(10_000);
        for (int i = 0; i < TIMERS; i++) {
            int timer = i;
            boolean once = i < ONCE;
            intervalNs[i] = (long) (random.nextDouble() * (once ? LAST_ONCE_NS : PERIOD_NS));
            registeredNs[i] = System.nanoTime();
            events.add(app.timers()
                    .evtimer(
                            app.process(),
                            (event, elapsedNs) -> fired(timer, elapsedNs),
                            Duration.ofNanos(intervalNs[i]),
                            once ? Duration.ZERO : Duration.ofNanos(PERIOD_NS)));
        }
    }

    /** The n-th expiry lies on the grid, however late it is called: so none can be early, and none too many. */
    private void fired(int timer, long elapsedNs) {
        int n = fired.incrementAndGet(timer);
        long dueNs = intervalNs[timer] + (n - 1) * PERIOD_NS;
        long passedNs = System.nanoTime() - registeredNs[timer];
        if (passedNs < dueNs || elapsedNs < dueNs || timer < ONCE && n > 1) {
            early.compareAndSet(
                    null,
                    "timer " + timer + ", expiry " + n + ": due after " + dueNs + " ns, elapsed " + elapsedNs
                            + " ns, seen after " + passedNs + " ns");
        }
    }

    /** While the bundle is away nothing fires, and every event says why; expiries are made up for afterwards. */
    private void stayAway(Aem aem) throws Exception {
        aem.bundle("aem.timer").stop();
        long before = total();
        long backNs = System.nanoTime() + ABSENCE_NS;
        for (EventDescriptor event : events) {
            assertTrue(event.state() == EventState.SUSPENDED || event.state() == EventState.ENDED);
        }
        Await.until("the time of the absence", () -> System.nanoTime() > backNs);
        assertEquals("fired while the source was away", before, total());
        aem.bundle("aem.timer").start();
    }

    /** Waits until every expiry that is due at this moment was called. */
    private void awaitAllDueNow() {
        long nowNs = System.nanoTime();
        for (int i = 0; i < TIMERS; i++) {
            int timer = i;
            long passedNs = nowNs - registeredNs[i] - intervalNs[i];
            long due = passedNs < 0 ? 0 : i < ONCE ? 1 : 1 + passedNs / PERIOD_NS;
            Await.until(
                    () -> "timer " + timer + " fired " + fired.get(timer) + " times of " + due,
                    () -> fired.get(timer) >= due);
        }
    }

    private int countOnce() {
        int count = 0;
        for (int i = 0; i < ONCE; i++) {
            count += fired.get(i);
        }
        return count;
    }

    private long total() {
        long total = 0;
        for (int i = 0; i < TIMERS; i++) {
            total += fired.get(i);
        }
        return total;
    }
}
