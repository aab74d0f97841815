package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** The limit of descriptors is lowered for a moment: to what is open, so that nothing else can be opened meanwhile. */
class TooManyFilesTest {
    private static final int RLIMIT_NOFILE = 7;
    private static final int FILLERS = 4_096;

    private final EpollProvider io = new EpollProvider(4);
    private final TestHandle listener = new TestHandle();
    private final TestHandle client = new TestHandle();
    private final TestHandle accepted = new TestHandle();
    private final TestHandle refused = new TestHandle();
    private final TestHandle[] fillers = new TestHandle[FILLERS];

    @Test
    void shouldTellThatTheProcessHasTooManyFiles() throws Throwable {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        io.listen(listener, any, 8);
        io.connect(client, io.localAddress(listener));
        for (int i = 0; i < FILLERS; i++) {
            fillers[i] = new TestHandle();
        }
        // loads what the failures need, as long as class files can be opened
        messageOfListen((InetSocketAddress) io.localAddress(listener));
        messageOfPoller();
        io.accept(refused, accepted);
        int acceptResult;
        String listenMessage;
        String pollerMessage;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocate(2 * JAVA_LONG.byteSize(), JAVA_LONG.byteSize());
            call("getrlimit", limits);
            long softLimit = limits.get(JAVA_LONG, 0);
            call("setrlimit", limits);
            limits.set(JAVA_LONG, 0, client.fd() + 1L);
            call("setrlimit", limits);
            try {
                fillGaps(any);
                acceptResult = io.accept(listener, accepted);
                listenMessage = messageOfListen(any);
                pollerMessage = messageOfPoller();
            } finally {
                limits.set(JAVA_LONG, 0, softLimit);
                call("setrlimit", limits);
            }
        } finally {
            for (TestHandle filler : fillers) {
                io.close(filler, true);
            }
        }
        assertEquals(IoResult.of(IoError.TOO_MANY_FILES), acceptResult);
        assertFalse(accepted.isOpen());
        assertEquals("listen on " + any + ": EMFILE (Too many open files)", listenMessage);
        assertTrue(pollerMessage.endsWith("EMFILE (Too many open files)"), pollerMessage);
        assertEquals(0, io.accept(listener, accepted), "the connection has waited");
        io.close(accepted, true);
        io.close(client, true);
        io.close(listener, true);
    }

    /** Descriptors below the limit that are free. */
    private void fillGaps(InetSocketAddress any) {
        for (TestHandle filler : fillers) {
            try {
                io.listen(filler, any, 1);
            } catch (IOException e) {
                return;
            }
        }
    }

    private String messageOfListen(InetSocketAddress address) {
        try {
            io.listen(refused, address, 1);
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
