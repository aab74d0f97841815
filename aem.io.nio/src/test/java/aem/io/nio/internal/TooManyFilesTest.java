package aem.io.nio.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.tck.TestHandle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The limit of descriptors is lowered for a moment: what is open stays so, and nothing else can be opened. */
@EnabledOnOs(OS.LINUX)
class TooManyFilesTest {
    private static final int RLIMIT_NOFILE = 7;
    private static final String EMFILE = "EMFILE (Too many open files)";

    private final NioProvider io = new NioProvider(4);
    private final TestHandle listener = new TestHandle();
    private final TestHandle client = new TestHandle();
    private final TestHandle accepted = new TestHandle();
    private final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void shouldTellThatTheProcessHasTooManyFiles() throws Throwable {
        io.listen(listener, any, 8);
        io.connect(client, io.localAddress(listener));
        // loads what the failures need, as long as class files can be opened
        messageOfListen((InetSocketAddress) io.localAddress(listener));
        messageOfPoller();
        Errors.acceptResult(new IOException(EMFILE));
        int acceptResult;
        String listenMessage;
        String pollerMessage;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocate(2 * JAVA_LONG.byteSize(), JAVA_LONG.byteSize());
            call("getrlimit", limits);
            long softLimit = limits.get(JAVA_LONG, 0);
            call("setrlimit", limits);
            limits.set(JAVA_LONG, 0, 0);
            call("setrlimit", limits);
            try {
                acceptResult = io.accept(listener, accepted);
                listenMessage = messageOfListen(any);
                pollerMessage = messageOfPoller();
            } finally {
                limits.set(JAVA_LONG, 0, softLimit);
                call("setrlimit", limits);
            }
        }
        assertEquals(IoResult.of(IoError.TOO_MANY_FILES), acceptResult);
        assertFalse(accepted.isOpen());
        assertEquals("listen on " + any + ": " + EMFILE, listenMessage);
        assertEquals("open a poller: " + EMFILE, pollerMessage);
        assertEquals(0, io.accept(listener, accepted), "the connection has waited");
        io.close(accepted, true);
        io.close(client, true);
        io.close(listener, true);
    }

    private String messageOfListen(InetSocketAddress address) {
        TestHandle refused = new TestHandle();
        try {
            io.listen(refused, address, 1);
            io.close(refused, false);
            return "none";
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private String messageOfPoller() {
        try {
            io.openPoller().close();
            return "none";
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    @SuppressWarnings("restricted")
    private static void call(String name, MemorySegment limits) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle handle = linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
        assertEquals(0, (int) handle.invokeExact(RLIMIT_NOFILE, limits.address()), name);
    }
}
