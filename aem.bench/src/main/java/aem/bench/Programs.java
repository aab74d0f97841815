package aem.bench;

import aem.bench.Bench.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The clients and servers as processes. Each has a pipe from here as its standard input and ends when that closes; at
 * the end of this JVM, however it comes, they are killed.
 */
final class Programs implements AutoCloseable {
    /** The same for every Java server. */
    static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m");

    private static final List<String> NATIVE =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    private static final int START_SECONDS = 30;
    private static final int TAIL = 20;
    private static final int INTERRUPTED = 128 + 2; // Ctrl-C goes to all processes

    private final Path root;
    private final Path target;
    private final Options options;
    private final FileChannel lock;
    private final boolean taskset;
    private final boolean clientInC;
    private final Set<Contender> available = EnumSet.allOf(Contender.class);
    private final Queue<Process> servers = new ConcurrentLinkedQueue<>();
    private final Queue<Process> clients = new ConcurrentLinkedQueue<>();

    /** A server that has echoed. */
    record Server(Contender contender, Process process, int port, List<Path> logs) {

        /** The microseconds that it has run so far. */
        double cpuMicros() {
            return Machine.cpuNanos(process.pid()) / 1e3;
        }

        /** What it says when it does not do its work. */
        Failure failure(String what) {
            if (!process.isAlive() && process.exitValue() == INTERRUPTED) {
                return new Failure("interrupted");
            }
            String state = process.isAlive() ? what : "ended with status " + process.exitValue();
            var text = new StringBuilder(contender.label() + " " + state);
            for (Path log : logs) {
                text.append(tail(log));
            }
            return new Failure(text.toString());
        }
    }

    /** @param target directory for all that is compiled, copied and logged */
    Programs(Path root, Path target, Options options) throws IOException, InterruptedException {
        this.root = root;
        this.target = target;
        this.options = options;
        Files.createDirectories(target);
        lock = FileChannel.open(target.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock.tryLock() == null) {
            lock.close();
            throw new Failure("another benchmark runs in this checkout");
        }
        taskset = Machine.output(
                        root,
                        "taskset",
                        "-c",
                        String.valueOf(Machine.processors().get(0)),
                        "true")
                != null;
        if (!taskset) {
            Bench.say("taskset is missing: nothing is pinned, the figures depend on the system's placement");
        }
        boolean cc = Machine.output(root, "cc", "--version") != null;
        clientInC = cc && compile("client");
        if (!clientInC) {
            Bench.say("no C compiler (cc), or it failed: the client is the Java one");
        }
        for (Contender c : options.servers()) {
            switch (c.program()) {
                case Contender.C(String name) ->
                    drop(c, cc && compile(name), cc ? tail(target.resolve(name + ".cc.log")) : "no C compiler (cc)");
                case Contender.Java program ->
                    drop(
                            c,
                            program.main() != NettyEcho.class || NettyEcho.available(),
                            "no native library for this system");
                case Contender.Container container ->
                    drop(c, Files.exists(exported().resolve("bin/aem")), "not built: ./aem build");
            }
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    boolean available(Contender server) {
        return available.contains(server);
    }

    boolean clientIsC() {
        return clientInC;
    }

    boolean pins() {
        return taskset;
    }

    // a server that was asked for by name must be there
    private void drop(Contender server, boolean there, String reason) {
        if (!there) {
            available.remove(server);
            if (options.chosen()) {
                throw new Failure(server.label() + ": " + reason);
            }
            Bench.say("left out: " + server.label() + ", " + reason);
        }
    }

    private boolean compile(String name) throws IOException, InterruptedException {
        String source = root.resolve("aem.bench/src/main/c/" + name + ".c").toString();
        return new ProcessBuilder("cc", "-O2", "-o", program(name), source)
                        .redirectErrorStream(true)
                        .redirectOutput(target.resolve(name + ".cc.log").toFile())
                        .start()
                        .waitFor()
                == 0;
    }

    /** Starts the server, and returns when it has echoed. */
    Server start(Contender contender, int processor) throws IOException, InterruptedException {
        int port = freePort();
        List<String> command = pinned(processor);
        Path log = target.resolve(contender.id() + ".log");
        List<Path> logs = new ArrayList<>(List.of(log));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        switch (contender.program()) {
            case Contender.C(String name) -> command.addAll(List.of(program(name), String.valueOf(port)));
            case Contender.Java(Class<?> main, List<String> more) -> command.addAll(java(main, more, port));
            case Contender.Container(Map<String, String> environment) -> {
                Path home = runDirectory(contender, port);
                logs.add(home.resolve("log/aem.log"));
                command.add(home.resolve("bin/aem").toString());
                builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
                builder.environment().merge("AEM_JAVA_OPTS", String.join(" ", JVM), (more, ours) -> ours + " " + more);
                builder.environment().putAll(environment);
            }
        }
        Process process = builder.start();
        servers.add(process);
        var server = new Server(contender, process, port, logs);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!echoes(port)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw server.failure("does not echo at port " + port);
            }
            Thread.sleep(20);
        }
        return server;
    }

    private String program(String name) {
        return target.resolve(name).toString();
    }

    private static List<String> java(Class<?> main, List<String> more, Object... args) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(JVM);
        command.addAll(NATIVE);
        command.addAll(more);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        for (Object arg : args) {
            command.add(arg.toString());
        }
        return command;
    }

    private List<String> pinned(int processor) {
        return new ArrayList<>(taskset ? List.of("taskset", "-c", String.valueOf(processor)) : List.of());
    }

    private Path exported() {
        return root.resolve("aem.runtime/target/aem");
    }

    // the exported run directory, copied, with the example echo on a port of its own
    private Path runDirectory(Contender contender, int port) throws IOException {
        Path from = exported();
        Path to = target.resolve(contender.id());
        delete(to);
        for (String part : List.of("bin", "bundle", "conf", "etc", "load")) {
            copy(from.resolve(part), to.resolve(part));
        }
        if (options.etc() != null) {
            copy(options.etc(), to.resolve("etc"));
        }
        Files.writeString(to.resolve("etc/aem.examples.echo.cfg"), "host = 127.0.0.1\nport = " + port + "\n");
        return to;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean echoes(int port) {
        try (var socket = new Socket()) {
            socket.setSoTimeout(2_000);
            socket.connect(new InetSocketAddress("127.0.0.1", port), 2_000);
            socket.getOutputStream().write('?');
            return socket.getInputStream().read() == '?';
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Lets the client visit the server.
     *
     * @param leadIn round trips that are not measured
     * @return the client's figures
     */
    Map<String, Double> client(int processor, Server server, int size, int leadIn, int messages)
            throws IOException, InterruptedException {
        List<String> command = pinned(processor);
        if (clientInC) {
            Stream.of(program("client"), server.port(), size, leadIn, messages)
                    .map(String::valueOf)
                    .forEach(command::add);
        } else {
            command.addAll(java(JavaClient.class, List.of(), server.port(), size, leadIn, messages));
        }
        Path errors = target.resolve("client.log");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        clients.add(process);
        // a round trip of a millisecond and a minute more: then something hangs
        boolean ended = process.waitFor(60 + (leadIn + (long) messages) / 1_000, TimeUnit.SECONDS);
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            // when a server dies its connections break a little earlier than it is gone
            server.process().waitFor(1, TimeUnit.SECONDS);
            throw server.failure(ended ? "did not serve the client:" + tail(errors) : "hangs");
        }
        clients.remove(process);
        return JavaClient.figures(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    /** Ends the servers: they are asked first. */
    void stopServers() throws InterruptedException {
        servers.forEach(Process::destroy);
        for (Process server : servers) {
            if (!server.waitFor(5, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        }
        servers.clear();
    }

    // the last lines of a file, each on a line of its own; nothing where there is none
    private static String tail(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.subList(Math.max(0, lines.size() - TAIL), lines.size()).stream()
                    .map(line -> "\n  " + line)
                    .collect(Collectors.joining());
        } catch (IOException e) {
            return "";
        }
    }

    private void kill() {
        clients.forEach(Process::destroyForcibly);
        servers.forEach(Process::destroyForcibly);
    }

    @Override
    public void close() throws IOException {
        kill();
        lock.close();
    }
}
