package aem.itest;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** bin/aem in a process of its own, with clients: small heap, few descriptors, SIGTERM. */
public class LauncherTrafficIT {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path home;
    private Path out;
    private int port;
    private Process process;

    @Before
    public void copyRuntime() throws IOException {
        home = folder.getRoot().toPath().resolve("aem");
        out = folder.getRoot().toPath().resolve("out");
        ExportedRuntime.copyTo(home);
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(home.resolve("etc/aem.examples.echo.cfg"), "port = " + port + "\n");
    }

    @After
    public void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private void start(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    }

    private Socket connect() {
        return Await.value("the echo of the process listens", () -> {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException e) {
                assertTrue("the runtime is up", process.isAlive());
                return null;
            }
        });
    }

    private void command(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    private String output() {
        try {
            return Files.readString(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int exit() throws Exception {
        command("exit");
        assertTrue(output(), process.waitFor(30, TimeUnit.SECONDS));
        return process.exitValue();
    }

    private static void assertEchoes(Socket socket) throws IOException {
        byte[] bytes = {1, 2, 3};
        socket.getOutputStream().write(bytes);
        assertArrayEquals(bytes, socket.getInputStream().readNBytes(3));
    }

    @Test
    public void shouldListSourcesAndProcessesFromAPipe() throws Exception {
        start(Map.of(), home.resolve("bin/aem").toString());
        connect().close();
        command("aem:sources");
        command("aem:ps");
        assertEquals(0, exit());
        String text = output();
        assertTrue(text, text.matches("(?s).*\nsocket +ACTIVE .*\ntimer +ACTIVE .*\n.* echo +aem\\.examples .*"));
    }

    @Test
    public void shouldEchoAHundredMebibytesWithASmallHeap() throws Exception {
        start(Map.of("AEM_JAVA_OPTS", "-Xmx64m"), home.resolve("bin/aem").toString());
        try (Socket socket = connect()) {
            MessageDigest sent = MessageDigest.getInstance("SHA-256");
            MessageDigest received = MessageDigest.getInstance("SHA-256");
            AtomicReference<IOException> failure = new AtomicReference<>();
            Thread sender = Thread.ofPlatform().name("sender").start(() -> {
                byte[] bytes = new byte[1 << 20];
                Random random = new Random(100);
                try {
                    for (int i = 0; i < 100; i++) {
                        random.nextBytes(bytes);
                        sent.update(bytes);
                        socket.getOutputStream().write(bytes);
                    }
                    socket.shutdownOutput();
                } catch (IOException e) {
                    failure.set(e);
                }
            });
            InputStream in = socket.getInputStream();
            byte[] bytes = new byte[1 << 16];
            long total = 0;
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                received.update(bytes, 0, count);
                total += count;
            }
            Await.end(sender);
            assertEquals(null, failure.get());
            assertEquals(100L << 20, total);
            assertArrayEquals(sent.digest(), received.digest());
        }
        command("aem:ledger");
        assertEquals(0, exit());
        assertTrue(output(), output().contains("balanced"));
    }

    /** 5 s are a requirement, not a guess at this machine's speed. */
    @Test
    public void shouldStopWithinFiveSecondsOfSigtermWithOpenConnections() throws Exception {
        start(Map.of(), home.resolve("bin/aem").toString());
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Socket socket = connect();
            sockets.add(socket);
            assertEchoes(socket);
        }
        process.destroy();
        assertTrue(output(), process.waitFor(5, TimeUnit.SECONDS));
        for (Socket socket : sockets) {
            assertEquals(-1, socket.getInputStream().read());
            socket.close();
        }
    }

    /** With more connections than descriptors the runtime serves those that it has, says so, and takes the others later. */
    @Test
    public void shouldGoOnWhenDescriptorsRunOut() throws Exception {
        start(Map.of(), "sh", "-c", "ulimit -n 150 && exec bin/aem");
        List<Socket> sockets = new ArrayList<>();
        Socket first = connect();
        assertEchoes(first);
        command("echo up"); // the shell starts last, and it needs descriptors too
        Await.until("the shell is up", () -> output().contains("up\n"));
        for (int i = 0; i < 200; i++) {
            sockets.add(connect());
        }
        Await.until("the shortage is reported", () -> {
            try {
                command("aem:reports");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return output().contains("EMFILE (Too many open files)");
        });
        assertEchoes(first);
        Socket last = sockets.removeLast();
        for (Socket socket : sockets) {
            socket.close();
        }
        assertEchoes(last);
        last.close();
        first.close();
        assertEquals(0, exit());
    }
}
