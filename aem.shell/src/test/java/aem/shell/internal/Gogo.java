package aem.shell.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.CommandSession;

/** A real Gogo with the commands of this bundle and a {@code grep}: what a person types, and what is printed. */
final class Gogo implements AutoCloseable {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ThreadIOImpl io = new ThreadIOImpl();
    private final CommandSession session;

    Gogo(Fakes.FakeRuntime runtime) {
        io.start();
        CommandProcessorImpl processor = new CommandProcessorImpl(io);
        ListCommands lists = new ListCommands();
        lists.runtime = runtime;
        RuntimeCommands accounts = new RuntimeCommands();
        accounts.runtime = runtime;
        ControlCommands controls = new ControlCommands();
        controls.runtime = runtime;
        LoadCommands load = new LoadCommands();
        load.runtime = runtime;
        for (Object commands : List.of(lists, accounts, load, controls, new HelpCommand())) {
            for (String name : commandNames(commands)) {
                processor.addCommand("aem", commands, name);
            }
        }
        processor.addCommand("test", this, "grep");
        session = processor.createSession(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    private static List<String> commandNames(Object commands) {
        return HelpCommand.commands().values().stream()
                .filter(m -> m.getDeclaringClass() == commands.getClass())
                .map(java.lang.reflect.Method::getName)
                .toList();
    }

    /** What the line prints on standard output; it must print nothing else. */
    String out(String line) {
        run(line);
        if (err.size() > 0) {
            throw new AssertionError(err.toString(UTF_8));
        }
        return out.toString(UTF_8);
    }

    /** What the line prints on standard error; it must print nothing else. */
    String err(String line) {
        run(line);
        if (out.size() > 0) {
            throw new AssertionError(out.toString(UTF_8));
        }
        return err.toString(UTF_8);
    }

    /** What the line prints on both, standard output first. */
    String both(String line) {
        run(line);
        return out.toString(UTF_8) + err.toString(UTF_8);
    }

    private void run(String line) {
        out.reset();
        err.reset();
        try {
            session.execute(line);
        } catch (Exception e) {
            throw new AssertionError(line + " left Gogo an exception", e);
        }
    }

    public void grep(String pattern) throws IOException {
        new String(System.in.readAllBytes(), UTF_8)
                .lines()
                .filter(line -> line.contains(pattern))
                .forEach(System.out::println);
    }

    @Override
    public void close() {
        session.close();
        io.stop();
    }
}
