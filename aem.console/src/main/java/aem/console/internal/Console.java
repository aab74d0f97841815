package aem.console.internal;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Descriptor;
import org.jline.terminal.impl.DumbTerminal;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Starts the Gogo shell. Where there is no terminal, it runs the lines of standard input as Gogo commands, one after
 * the other, and stops the framework after the last one. It reads only if the framework property {@value #STDIN} is {@value #COMMANDS}, as bin/aem sets it when standard
 * input is no terminal. A line that fails is reported in one line, and the next one runs.
 */
@Component(
        service = Console.class,
        immediate = true,
        property = {"osgi.command.scope=gogo", "osgi.command.function=exit"})
public final class Console {
    static final String STDIN = "aem.stdin";
    static final String COMMANDS = "commands";
    private static final String SHELL = "org.apache.felix.gogo.jline";

    private final BundleContext context;
    private final CommandProcessor processor;
    private final Thread reader;
    private volatile boolean ended;

    @Activate
    public Console(BundleContext context, @Reference CommandProcessor processor) throws BundleException {
        this.context = context;
        this.processor = processor;
        reader = new Thread(this::readCommands, "aem-stdin");
        reader.setDaemon(true);
        startShell();
        if (COMMANDS.equals(context.getProperty(STDIN))) {
            reader.start();
        }
    }

    // JLine looks for the native terminal through the context class loader, and in its own bundle only if there is
    // none.
    private void startShell() throws BundleException {
        Thread current = Thread.currentThread();
        ClassLoader loader = current.getContextClassLoader();
        current.setContextClassLoader(null);
        try {
            for (Bundle bundle : context.getBundles()) {
                if (SHELL.equals(bundle.getSymbolicName())) {
                    bundle.start(Bundle.START_TRANSIENT);
                }
            }
        } finally {
            current.setContextClassLoader(loader);
        }
    }

    @Deactivate
    void stop() {
        ended = true;
        if (Thread.currentThread() != reader) {
            reader.interrupt();
        }
    }

    /** Ends the runtime; further lines of standard input are not read. */
    @Descriptor("stops the runtime")
    public void exit() throws BundleException {
        ended = true;
        context.getBundle(Constants.SYSTEM_BUNDLE_ID).stop();
    }

    // A file channel, because a read of it ends when the thread is interrupted. The streams of the process itself,
    // because Gogo puts System.out and System.err in place to find the session's.
    private void readCommands() {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
        try (var in = new FileInputStream(FileDescriptor.in).getChannel();
                var lines =
                        new BufferedReader(new InputStreamReader(Channels.newInputStream(in), StandardCharsets.UTF_8));
                var session = processor.createSession(InputStream.nullInputStream(), out, err)) {
            session.put("SCOPE", "gogo:*");
            // the shell's own commands (echo, grep, ...) ask their session for a terminal
            session.put(".terminal", new DumbTerminal(InputStream.nullInputStream(), out));
            for (String line = lines.readLine(); line != null && !ended; line = lines.readLine()) {
                execute(session, line, out, err);
                if (ended) {
                    return;
                }
            }
            if (!ended) {
                exit();
            }
        } catch (IOException | BundleException e) {
            if (!ended) {
                err.println("aem: standard input: " + e);
            }
        }
    }

    // whatever a command throws is its user's to read, and must not end the session
    private static void execute(CommandSession session, String line, PrintStream out, PrintStream err) {
        try {
            Object result = line.isBlank() ? null : session.execute(line);
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
        } catch (Throwable thrown) {
            Throwable t = thrown instanceof InvocationTargetException ? thrown.getCause() : thrown;
            err.println("gogo: " + t.getClass().getSimpleName() + ": " + t.getMessage());
        }
    }
}
