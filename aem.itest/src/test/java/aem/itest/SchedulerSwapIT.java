package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import aem.api.Control;
import aem.api.EventClass;
import aem.api.EventDescriptor;
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

/**
 * The scheduler goes up and down between two versions under checked traffic: aem.scheduler, and one that was written apart
 * from it, whose processes take turns and whose timers stand in a heap. They have nothing in common but the layout of the
 * tables.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SchedulerSwapIT {
    private static final int SWAPS = 50;
    private static final int CLIENTS = 4;
    private static final int PERIODIC = 40;
    /** For each swap: some that fire once, about when it happens, and some that are cancelled before they can. */
    private static final int ONCE = 20;

    private static final int CANCELLED = 10;
    private static final long LAST_ONCE_NS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final String[] VERSIONS = {"aem.scheduler", "aem.itest.bundles.scheduler"};

    /** A timer, and what it may do: its n-th expiry lies on a grid, and there are {@code most} of them. */
    private static final class Timer {
        final long registeredNs = System.nanoTime();
        final long delayNs;
        final long periodNs;
        final int most;
        final AtomicInteger fired = new AtomicInteger();
        EventDescriptor event;

        Timer(long delayNs, long periodNs, int most) {
            this.delayNs = delayNs;
            this.periodNs = periodNs;
            this.most = most;
        }

        /** How often it has to have fired by now. */
        long due() {
            long passedNs = System.nanoTime() - registeredNs - delayNs;
            return passedNs < 0 ? 0 : periodNs == 0 ? Math.min(most, 1) : 1 + passedNs / periodNs;
        }
    }

    @Inject
    private BundleContext context;

    private final Random random = new Random(50);
    private final AtomicReference<String> wrong = new AtomicReference<>();
    private final List<Timer> timers = new ArrayList<>();
    private Aem aem;
    private TimerApp app;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {
            ExportedRuntime.runtime(Path.of("SchedulerSwapIT").toAbsolutePath()), ExportedRuntime.testBundle("app")
        };
    }

    @Test
    public void shouldLoseNothingBetweenTwoVersions() throws Exception {
        aem = new Aem(context);
        context.registerService(
                AtomicInteger.class, new AtomicInteger(), new Hashtable<>(Map.of("aem.itest.activations", "timer")));
        app = aem.service(TimerApp.class);
        int port = aem.echoPort();
        new Traffic(port, 1).close();
        Aem.Base base = aem.base();
        long expiriesBefore = expiries();
        ExportedRuntime.install(context, "scheduler");

        List<List<WeakReference<ClassLoader>>> loaders = List.of(new ArrayList<>(), new ArrayList<>());
        List<Timer> periodic = new ArrayList<>();
        for (int i = 0; i < PERIODIC; i++) {
            periodic.add(start(random.nextLong(PERIOD_NS), PERIOD_NS, Integer.MAX_VALUE));
        }
        try (Traffic traffic = new Traffic(port, CLIENTS)) {
            for (int i = 1; i <= SWAPS; i++) {
                List<Timer> cancelled = new ArrayList<>();
                for (int k = 0; k < ONCE; k++) {
                    start(random.nextLong(LAST_ONCE_NS), 0, 1);
                    if (k < CANCELLED) {
                        cancelled.add(start(TimeUnit.HOURS.toNanos(1), k % 2 * PERIOD_NS, 0));
                    }
                }
                half(cancelled, 0);
                int from = (i + 1) % 2;
                swap(VERSIONS[from], VERSIONS[i % 2], i);
                half(cancelled, 1);
                for (Timer timer : periodic) {
                    change(timer.event, i);
                }
                traffic.awaitProgress();
                awaitAllDueNow();
                aem.assertBalanced();
                loaders.get(from).add(aem.loader(VERSIONS[from]));
                renew(VERSIONS[from], i);
            }
        }
        aem.bundle(VERSIONS[1]).start(); // stands by
        aem.awaitCollected(VERSIONS[0], loaders.get(0));
        aem.awaitCollected(VERSIONS[1], loaders.get(1));

        Await.until(
                "all have fired",
                () -> timers.stream().filter(timer -> timer.most == 1).allMatch(timer -> timer.fired.get() == 1));
        awaitAllDueNow();
        for (Timer timer : periodic) {
            assertTrue("a periodic timer is live", timer.event.cancel());
        }
        Await.until("all timers have ended", () -> app.process().events().isEmpty());
        aem.assertBalanced(); // asks the workers, so that what ran has run to its end
        long fired = timers.stream().mapToLong(timer -> timer.fired.get()).sum();
        assertTrue("expiries " + (expiries() - expiriesBefore), expiries() - expiriesBefore >= fired);
        assertEquals("early, twice, or after it was cancelled", null, wrong.get());
        aem.awaitBase(base);
        aem.assertNoReports();
        aem.bundle(VERSIONS[1]).uninstall();
        aem.assertEchoWorks();
    }

    /** Hot, the next one standing by, or with a gap in which nothing runs. */
    private void swap(String from, String to, int i) throws Exception {
        boolean hot = i / 2 % 2 == 0;
        if (hot) {
            aem.bundle(to).start();
            aem.bundle(from).stop();
        } else {
            aem.bundle(from).stop();
            register();
            aem.bundle(to).start();
        }
        assertTrue(serving(), serving().startsWith(to + " "));
    }

    /** What is registered while nobody schedules waits for the one who will. */
    private void register() {
        start(0, 0, 1);
    }

    /** The bundle that does not serve comes back with another class loader: by update, or as another bundle. */
    private void renew(String name, int i) throws Exception {
        if (i / 2 % 2 == 0) {
            aem.update(name);
        } else {
            String location = aem.bundle(name).getLocation();
            aem.bundle(name).uninstall();
            context.installBundle(location);
        }
    }

    private Timer start(long delayNs, long periodNs, int most) {
        Timer timer = new Timer(delayNs, periodNs, most);
        timer.event = app.timers()
                .evtimer(
                        app.process(),
                        (event, elapsedNs) -> fired(timer, elapsedNs),
                        Duration.ofNanos(delayNs),
                        Duration.ofNanos(periodNs));
        timers.add(timer);
        return timer;
    }

    /** However late it is called, no expiry can be early, and none too many. */
    private void fired(Timer timer, long elapsedNs) {
        int n = timer.fired.incrementAndGet();
        long dueNs = timer.delayNs + (n - 1) * timer.periodNs;
        if (n > timer.most || elapsedNs < dueNs || System.nanoTime() - timer.registeredNs < dueNs) {
            wrong.compareAndSet(
                    null,
                    "expiry " + n + " of at most " + timer.most + ", due after " + dueNs + " ns, elapsed " + elapsedNs);
        }
    }

    /** Cancels every second one, with a change right before it. */
    private void half(List<Timer> cancelled, int first) {
        for (int i = first; i < cancelled.size(); i += 2) {
            change(cancelled.get(i).event, i);
            cancelled.get(i).event.control(new Control.SetClass(EventClass.REJECTABLE));
            assertTrue("cancelled once", cancelled.get(i).event.cancel());
        }
    }

    /** Changes that leave the grid as it is. */
    private void change(EventDescriptor event, int i) {
        event.control(new Control.SetPriority(1 + random.nextInt(1024)));
        if (i % 5 == 0) {
            event.control(new Control.Suspend());
            event.control(new Control.Resume());
        }
    }

    private void awaitAllDueNow() {
        for (Timer timer : timers) {
            long due = timer.most == 0 ? 0 : timer.due();
            Await.until(
                    () -> "fired " + timer.fired.get() + " times of " + due + ", period " + timer.periodNs,
                    () -> timer.fired.get() >= due);
        }
    }

    private long expiries() {
        return aem.runtime().workers().stream()
                .mapToLong(worker -> worker.expiries)
                .sum();
    }

    private String serving() {
        return aem.runtime().parts().stream()
                .filter(part -> part.part.equals("scheduler"))
                .findFirst()
                .orElseThrow()
                .bundle;
    }
}
