package aem.io.nio.internal;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import aem.tck.TestHandle;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is particular to java.nio; the contract's tests are in {@link NioProviderTest}. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NioPollerTest {
    private static final long WAIT_NS = 1_000_000_000;
    private static final int BATCH = 4;
    private static final int BOX_BYTES = 16;
    private static final int ROUNDS = 50_000;
    private static final Poller.Sink NOBODY = (key, ready) -> {};

    private final NioProvider io = new NioProvider(BATCH);
    private final List<TestHandle> handles = new ArrayList<>();
    private Poller poller;
    private TestHandle listener;

    @BeforeEach
    void open() throws IOException {
        poller = io.openPoller();
        listener = handle();
        io.listen(listener, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    }

    @AfterEach
    void close() {
        handles.forEach(handle -> io.close(handle, true));
        poller.close();
    }

    private TestHandle handle() {
        TestHandle handle = new TestHandle();
        handles.add(handle);
        return handle;
    }

    private SocketAddress address() {
        return io.localAddress(listener);
    }

    private TestHandle client() throws IOException {
        TestHandle client = handle();
        io.connect(client, address());
        while (io.finishConnect(client) == IoResult.WOULD_BLOCK) {
            Thread.onSpinWait();
        }
        return client;
    }

    private TestHandle accepted() {
        TestHandle server = handle();
        int result;
        while ((result = io.accept(listener, server)) == IoResult.WOULD_BLOCK) {
            Thread.onSpinWait();
        }
        assertEquals(0, result);
        return server;
    }

    private int read(TestHandle handle, MemorySegment memory) {
        int bytes;
        while ((bytes = io.read(handle, memory, 0, 16)) == IoResult.WOULD_BLOCK) {
            Thread.onSpinWait();
        }
        return bytes;
    }

    // ---- batches --------------------------------------------------------------------------------------------------

    @Test
    void shouldReportAllInTurnWhenMoreThanABatchStayReady() throws IOException {
        int watched = 3 * BATCH + 1;
        for (int key = 0; key < watched; key++) {
            poller.add(client(), Poller.OUT, key);
        }
        Set<Long> reported = new HashSet<>();
        for (int poll = 0; poll < 4; poll++) {
            assertEquals(BATCH, poller.poll(WAIT_NS, (key, ready) -> reported.add(key)));
        }
        assertEquals(watched, reported.size(), "of a set that is always ready each is reported in every fourth poll");
    }

    // ---- channels stay registered ---------------------------------------------------------------------------------

    @Test
    void shouldFreeTheDescriptorOfAWatchedChannelThatAnotherThreadCloses() throws Exception {
        TestHandle client = client();
        TestHandle server = accepted();
        poller.add(client, Poller.IN, 1);
        assertEquals(0, poller.poll(0, NOBODY));
        Thread closer = Thread.ofPlatform().start(() -> io.close(client, true));
        closer.join();
        assertEquals(0, poller.poll(1_000_000, NOBODY));
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(IoResult.of(IoError.CONNECTION_RESET), read(server, arena.allocate(16)));
        }
    }

    @Test
    void shouldKeepAWakeupThatADeregistrationHasTaken() throws IOException {
        TestHandle client = client();
        poller.add(client, Poller.IN, 1);
        assertEquals(0, poller.poll(0, NOBODY));
        poller.wakeup();
        poller.remove(client);
        io.close(client, false);
        assertEquals(0, poller.poll(-1, NOBODY));
    }

    @Test
    void shouldAttachNoClassOfItsOwn() throws IOException {
        TestHandle client = client();
        poller.add(client, Poller.OUT, 1);
        SocketChannel channel = (SocketChannel) client.channel();
        assertSame(SocketChannel.class.getClassLoader(), channel.getClass().getClassLoader());
        assertTrue(channel.isRegistered());
        poller.close();
        assertFalse(channel.isRegistered(), "a closed poller's selector keeps nothing");
    }

    // ---- waiting --------------------------------------------------------------------------------------------------

    @Test
    void shouldRoundTimeoutsUpToMilliseconds() {
        assertEquals(1, NioPoller.toMsRoundedUp(1));
        assertEquals(1, NioPoller.toMsRoundedUp(1_000_000));
        assertEquals(2, NioPoller.toMsRoundedUp(1_000_001));
        assertEquals(9_223_372_036_855L, NioPoller.toMsRoundedUp(Long.MAX_VALUE));
    }

    // ---- arguments ------------------------------------------------------------------------------------------------

    @Test
    void shouldRefuseAnotherInterest() {
        assertThrows(IllegalArgumentException.class, () -> poller.add(listener, Poller.HANGUP, 1));
        assertThrows(IllegalArgumentException.class, () -> poller.add(listener, -1, 1));
    }

    @Test
    void shouldRefuseABatchBelowOne() {
        assertThrows(IllegalArgumentException.class, () -> new NioProvider(0));
    }

    @Test
    void shouldRefuseMemoryThatItCantReach() throws IOException {
        TestHandle client = client();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment region = arena.allocate(16);
            assertThrows(IndexOutOfBoundsException.class, () -> io.read(client, region, 0, 17));
            assertThrows(IndexOutOfBoundsException.class, () -> io.read(client, region, 16, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> io.write(client, region, -1, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> io.write(client, region, 0, -1));
            assertThrows(IllegalArgumentException.class, () -> io.read(client, region, 0, 0));
            assertThrows(IllegalArgumentException.class, () -> io.read(client, region.asReadOnly(), 0, 1));
        }
        MemorySegment heap = MemorySegment.ofArray(new byte[16]);
        assertThrows(IllegalArgumentException.class, () -> io.write(client, heap, 0, 1));
    }

    // ---- memory ---------------------------------------------------------------------------------------------------

    @Test
    void shouldTransferFromAndToARegionThatIsNeverFreed() throws IOException {
        TestHandle client = client();
        TestHandle server = accepted();
        MemorySegment region = Arena.global().allocate(Buffers.MIN_REGION_BYTES);
        long end = region.byteSize() - 1;
        region.set(JAVA_BYTE, end, (byte) 42);
        assertEquals(1, io.write(client, region, end, 1));
        assertEquals(1, read(server, region));
        assertEquals(42, region.get(JAVA_BYTE, 0));
        assertEquals(0, region.get(JAVA_BYTE, 1));
    }

    @Test
    void shouldServeMoreRegionsThanItKeepsBuffersOf() throws IOException {
        TestHandle client = client();
        TestHandle server = accepted();
        MemorySegment all = Arena.global().allocate(Buffers.MIN_REGION_BYTES + 300);
        MemorySegment target = Arena.global().allocate(16);
        for (int i = 0; i < 600; i++) {
            MemorySegment region = all.asSlice(i % 300, Buffers.MIN_REGION_BYTES);
            region.set(JAVA_BYTE, 0, (byte) i);
            assertEquals(1, io.write(client, region, 0, 1));
            assertEquals(1, read(server, target));
            assertEquals((byte) i, target.get(JAVA_BYTE, 0));
        }
    }

    /** Above descriptor 127 the JDK's selector on Linux makes an Integer, 16 bytes, to look up a key. All else is ours. */
    @Test
    void shouldAllocateNothingForAnEventButTheSelectorsOwnBox() throws IOException {
        for (int i = 0; i < 150; i++) {
            client();
            accepted();
        }
        TestHandle client = client();
        TestHandle server = accepted();
        // a runtime's memory is several regions, and what is on the heap is written by way of other native memory
        MemorySegment region = Arena.global().allocate(4 << 20);
        MemorySegment another = Arena.global().allocate(4 << 20);
        MemorySegment noRegion = Arena.ofAuto().allocate(4096);
        poller.add(server, Poller.IN, 7);
        long bytes = Long.MAX_VALUE;
        for (int pass = 0; pass < 20 && bytes > BOX_BYTES; pass++) {
            long before = allocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                assertTrue(io.write(client, region, 64, 64) == 64
                        && poller.poll(-1, NOBODY) == 1
                        && io.read(server, another, 1 << 20, 4096) == 64);
                assertTrue(io.write(server, noRegion, 0, 64) == 64 && io.read(client, region, 0, 4096) == 64);
            }
            bytes = (allocatedBytes() - before) / ROUNDS;
        }
        long last = bytes;
        assertTrue(last <= BOX_BYTES, () -> last + " bytes for an event");
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
