package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import aem.api.AemProcess;
import aem.api.EventDescriptor;
import aem.api.EventState;
import aem.api.dto.EventDTO;
import aem.api.timer.TimerEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.inject.Inject;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** The commands of the shell, typed into Gogo while the runtime is up. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ShellIT {
    private static final Duration PERIOD = Duration.ofMillis(5);

    @Inject
    private BundleContext context;

    private Aem aem;
    private AemProcess process;
    private EventDescriptor timer;
    private final AtomicInteger fired = new AtomicInteger();

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("ShellIT").toAbsolutePath())};
    }

    @Before
    public void startTimer() throws Exception {
        aem = new Aem(context);
        aem.assertEchoWorks();
        process = aem.processes().create("shell-it");
        timer = aem.service(TimerEvents.class)
                .evtimer(process, (event, elapsedNs) -> fired.incrementAndGet(), PERIOD, PERIOD);
    }

    @After
    public void closeProcess() {
        process.close();
        aem.assertBalanced();
        aem.assertNoReports();
    }

    @Test
    public void shouldListSourcesWithTheirBundles() throws Exception {
        String text = type("aem:sources");
        assertRow(text, "socket", "ACTIVE", "aem.socket 0.1.0", "SocketEvents");
        assertRow(text, "timer", "ACTIVE", "aem.timer 0.1.0", "TimerEvents");
        aem.bundle("aem.timer").stop();
        assertRow(type("aem:sources"), "timer", "SUSPENDED");
        assertRow(type("aem:events"), "" + timer.id(), "SUSPENDED");
        aem.bundle("aem.timer").start();
        assertRow(type("aem:sources"), "timer", "ACTIVE");
    }

    @Test
    public void shouldListProcessesEventsJobsAndMemory() throws Exception {
        assertRow(type("aem:ps"), "echo", "aem.examples");
        assertRow(type("aem:ps"), "" + process.id(), "shell-it", "1/1000000");
        assertRow(type("aem:events"), "socket", "accept", "echo");
        assertRow(type("aem:events"), "" + timer.id(), "timer", "shell-it");
        assertRow(type("aem:jobs"), "" + timer.id(), "PERIODIC", "5ms");
        assertRow(type("aem:mem"), "echo");
        for (String command : new String[] {"tree", "conns", "parts", "workers", "ledger", "reports", "help"}) {
            assertFalse(command, type("aem:" + command).isBlank());
        }
    }

    @Test
    public void shouldChangeALiveTimer() throws Exception {
        String text = type("aem:evctl " + timer.id() + " priority HIGH");
        assertTrue(text, text.contains("priority 8 -> 64"));
        assertEquals(64, timer.priority());
        type("aem:evctl " + timer.id() + " period 7ms");
        Await.until("the period is changed", () -> dto().periodNs == 7_000_000);
        int before = fired.get();
        Await.until("the timer goes on", () -> fired.get() >= before + 3);
        type("aem:evctl " + timer.id() + " suspend");
        assertEquals(EventState.SUSPENDED, timer.state());
        type("aem:evctl " + timer.id() + " resume");
        int resumed = fired.get();
        Await.until("the timer goes on", () -> fired.get() >= resumed + 3);
    }

    @Test
    public void shouldCancelALiveTimerOnce() throws Exception {
        String text = type("aem:cancel " + timer.id());
        assertTrue(text, text.contains("event " + timer.id() + " (timer timer): cancel"));
        assertEquals(EventState.ENDED, timer.state());
        assertEquals("aem:cancel: no live event " + timer.id() + "\n", type("aem:cancel " + timer.id()));
        assertEquals(
                "aem:evctl: no live event " + timer.id() + "\n", type("aem:evctl " + timer.id() + " priority LOW"));
    }

    @Test
    public void shouldNameWhatItDoesNotKnow() throws Exception {
        assertEquals("aem:cancel: no live event 4711\n", type("aem:cancel 4711"));
        assertEquals("aem:evctl: no live event 4711\n", type("aem:evctl 4711 priority HIGH"));
        assertNames(type("aem:cancel -1"), "-1");
        assertNames(type("aem:cancel seven"), "seven");
        assertNames(type("aem:evctl " + timer.id() + " priority 4711"), "4711", "1024");
        assertNames(type("aem:evctl " + timer.id() + " period -5ms"), "-5ms");
        assertNames(type("aem:evctl " + timer.id() + " colour blue"), "" + timer.id(), "colour blue");
        assertNames(type("aem:evctl " + timer.id() + " fork on"), "" + timer.id(), "FORK");
        assertNames(type("aem:events 4711"), "4711");
        assertNames(type("aem:events -k nosuch"), "nosuch", "socket", "timer");
        assertNames(type("aem:ps 4711"), "4711");
        assertTrue(timer.state().isLive());
    }

    private EventDTO dto() {
        return aem.runtime().events().stream()
                .filter(dto -> dto.id == timer.id())
                .findFirst()
                .orElseThrow();
    }

    /** Everything that the command prints, on output and error. */
    private String type(String line) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
                CommandSession session =
                        aem.service(CommandProcessor.class).createSession(InputStream.nullInputStream(), out, out)) {
            session.execute(line);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** One line has all of these in it. */
    private static void assertRow(String text, String... cells) {
        assertTrue(text, text.lines().anyMatch(line -> {
            for (String cell : cells) {
                if (!line.contains(cell)) {
                    return false;
                }
            }
            return true;
        }));
    }

    /** A refusal is one line that names the values. */
    private static void assertNames(String text, String... values) {
        assertEquals(text, 1, text.lines().count());
        for (String value : values) {
            assertTrue(text, text.contains(value));
        }
    }
}
