package aem.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import aem.api.io.IoProvider;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * A provider, a poller and sockets that are closed after the test. A wait that never ends, as after a lost wake-up, ends
 * at a generous limit; on a thread of its own, because a native wait can't be interrupted.
 *
 * <p>The contract's chapters extend one another, since Surefire's reports lose the counts of nested classes.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class IoFixture {
    static final int MEMORY_BYTES = 1 << 16;
    static final int BACKLOG = 64;

    /** Generous: it only ends a test that would hang. */
    private static final long LIMIT_NS = 30_000_000_000L;

    private static final long ROUND_NS = 50_000_000;

    /** Keys of the sockets that the fixture itself watches for a while. */
    private static final long FIXTURE_KEY = 0x7e57_0000L;

    record Pair(TestHandle client, TestHandle server) {}

    /** What the last poll has reported. */
    static final class Readiness implements Poller.Sink {
        final Map<Long, Integer> byKey = new HashMap<>();

        @Override
        public void ready(long key, int ready) {
            assertTrue(byKey.put(key, ready) == null, "reported twice in a poll: " + key);
        }

        int of(long key) {
            return byKey.getOrDefault(key, 0);
        }
    }

    final Readiness readiness = new Readiness();
    private final List<TestHandle> handles = new ArrayList<>();
    private Arena arena;
    IoProvider io;
    Poller poller;
    MemorySegment memory;

    /** The provider under test; asked for before each test, and for a successor. */
    protected abstract IoProvider provider();

    /** Whether read, write and poll allocate no Java heap. */
    protected boolean allocationFree() {
        return true;
    }

    /** Whether an accept that finds nothing allocates none either. java.nio's does. */
    protected boolean acceptsAllocationFree() {
        return true;
    }

    /**
     * Whether the system's own conditions come through: {@code ERROR} and {@code HANGUP} without being asked for, and the
     * pending error by {@code takeError}. java.nio shows neither.
     */
    protected boolean tellsSocketErrors() {
        return true;
    }

    @BeforeEach
    void open() throws IOException {
        arena = Arena.ofShared();
        memory = arena.allocate(MEMORY_BYTES);
        io = provider();
        poller = io.openPoller();
    }

    @AfterEach
    void closeAll() {
        handles.forEach(handle -> {
            poller.remove(handle);
            io.close(handle, true);
        });
        poller.close();
        arena.close();
    }

    /** A handle that is closed after the test. */
    TestHandle handle() {
        TestHandle handle = new TestHandle();
        handles.add(handle);
        return handle;
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** A loopback address at which nobody listens. */
    InetSocketAddress unusedAddress() throws IOException {
        TestHandle listener = listen();
        InetSocketAddress address = addressOf(listener);
        io.close(listener, false);
        return address;
    }

    static boolean hasIpv6Loopback() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address.isLoopbackAddress() && address.getAddress().length == 16);
    }

    TestHandle listen() throws IOException {
        TestHandle listener = handle();
        io.listen(listener, loopback(0), BACKLOG);
        return listener;
    }

    InetSocketAddress addressOf(TestHandle handle) {
        return (InetSocketAddress) io.localAddress(handle);
    }

    Pair pair() throws IOException {
        TestHandle listener = listen();
        Pair pair = pair(listener, addressOf(listener));
        io.close(listener, false);
        handles.remove(listener);
        return pair;
    }

    /** Connected sockets, watched by nobody. */
    Pair pair(TestHandle listener, InetSocketAddress address) throws IOException {
        TestHandle client = handle();
        io.connect(client, address);
        assertEquals(0, poller.add(client, Poller.OUT, FIXTURE_KEY));
        awaitReady(FIXTURE_KEY, Poller.OUT);
        poller.remove(client);
        assertResult(0, io.finishConnect(client));
        TestHandle server = handle();
        assertResult(0, untilDone(() -> io.accept(listener, server)));
        return new Pair(client, server);
    }

    /** Closes a pair; with RST, so that no port stays in TIME_WAIT. */
    void close(Pair pair) {
        io.close(pair.client, true);
        io.close(pair.server, true);
        handles.remove(pair.client);
        handles.remove(pair.server);
    }

    int poll(long timeoutNs) {
        readiness.byKey.clear();
        int count = poller.poll(timeoutNs, readiness);
        assertEquals(readiness.byKey.size(), count, "the number of reported handles");
        return count;
    }

    /** Polls until {@code key} is reported with all {@code bits}; returns what was reported. */
    int awaitReady(long key, int bits) {
        await(() -> {
            poll(ROUND_NS);
            return (readiness.of(key) & bits) == bits;
        });
        return readiness.of(key);
    }

    static void await(BooleanSupplier condition) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNs > LIMIT_NS) {
                fail("the condition did not come true");
            }
            Thread.onSpinWait();
        }
    }

    /** The result of a call that may have to wait for the network. */
    static int untilDone(IntSupplier call) {
        int[] result = {IoResult.WOULD_BLOCK};
        await(() -> {
            result[0] = call.getAsInt();
            return result[0] != IoResult.WOULD_BLOCK;
        });
        return result[0];
    }

    /** Reads into {@link #memory}, however long it takes. */
    int read(TestHandle handle) {
        return untilDone(() -> io.read(handle, memory, 0, MEMORY_BYTES));
    }

    String readText(TestHandle handle) {
        int bytes = read(handle);
        assertTrue(bytes > 0, () -> "read: " + describe(bytes));
        return new String(memory.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    void writeText(TestHandle handle, String text) {
        MemorySegment.copy(
                text.getBytes(StandardCharsets.US_ASCII), 0, memory, ValueLayout.JAVA_BYTE, 0, text.length());
        assertResult(text.length(), io.write(handle, memory, 0, text.length()));
    }

    /** Writes until the socket takes no more; returns the bytes. */
    long fill(TestHandle handle) {
        long filledBytes = 0;
        int bytes;
        while ((bytes = io.write(handle, memory, 0, MEMORY_BYTES)) > 0) {
            filledBytes += bytes;
        }
        assertResult(IoResult.WOULD_BLOCK, bytes);
        return filledBytes;
    }

    static void assertResult(int expected, int actual) {
        assertEquals(describe(expected), describe(actual));
    }

    static String describe(int result) {
        if (IoResult.isError(result)) {
            return IoResult.error(result).name();
        }
        return switch (result) {
            case IoResult.EOF -> "EOF";
            case IoResult.WOULD_BLOCK -> "WOULD_BLOCK";
            default -> Integer.toString(result);
        };
    }
}
