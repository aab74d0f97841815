package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** bin/aem as a user starts it: commands on standard input, exit status, SIGTERM. */
public class LauncherIT {
    private static final int SIGTERM_STATUS = 128 + 15;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path home;
    private Path out;

    @Before
    public void copyRuntime() throws IOException {
        home = folder.getRoot().toPath().resolve("aem");
        out = folder.getRoot().toPath().resolve("out");
        ExportedRuntime.copyTo(home);
    }

    @Test
    public void shouldRunPipedCommandsAndEndWithStatusZero() throws Exception {
        Process process = start("echo one\nno:such\necho two\n");
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        String text = Files.readString(out);
        assertEquals(text, 0, process.exitValue());
        assertTrue(text, text.matches("(?s)one\n.*Command not found: no:such\ntwo\n"));
    }

    @Test
    public void shouldEndAtExitAndNotReadOn() throws Exception {
        Process process = start("echo one\nexit\necho two\n");
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(Files.readString(out), 0, process.exitValue());
        assertEquals("one\n", Files.readString(out));
    }

    /** All sources are there when the first command is read. */
    @Test
    public void shouldListSocketAndTimerToAPipeThatIsFullAtOnce() throws Exception {
        Process process = start("aem:sources\naem:ps\n");
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        String text = Files.readString(out);
        assertEquals(text, 0, process.exitValue());
        assertTrue(text, text.matches("(?s)KIND .*\nsocket +ACTIVE .*\ntimer +ACTIVE .*\nPID +NAME .*"));
    }

    @Test
    public void shouldStopWithinFiveSecondsOfSigterm() throws Exception {
        Process process = builder().start();
        try (var in = process.getOutputStream()) {
            in.write("echo up\n".getBytes(StandardCharsets.UTF_8));
            in.flush();
            Await.until("the shell is up", () -> output().equals("up\n"));
            process.destroy();
            assertTrue(process.waitFor(5, TimeUnit.SECONDS));
        }
        assertEquals(SIGTERM_STATUS, process.exitValue());
        assertEquals("up\n", Files.readString(out));
    }

    private String output() {
        try {
            return Files.readString(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/aem").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.redirectErrorStream(true).redirectOutput(out.toFile());
    }

    private Process start(String commands) throws IOException {
        Process process = builder().start();
        try (var in = process.getOutputStream()) {
            in.write(commands.getBytes(StandardCharsets.UTF_8));
        }
        return process;
    }
}
