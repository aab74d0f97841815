package aem.io.epoll.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import aem.tck.TestHandle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is particular to epoll; the contract's tests are in {@link EpollProviderTest}. */
class EpollPollerTest {
    private static final long WAIT_NS = 1_000_000_000;

    private final EpollProvider io = new EpollProvider(4);
    private final List<TestHandle> handles = new ArrayList<>();
    private Poller poller;
    private TestHandle listener;

    @BeforeEach
    void open() throws IOException {
        poller = io.openPoller();
        listener = handle();
        io.listen(listener, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    }

    @AfterEach
    void close() {
        poller.close();
        handles.forEach(handle -> io.close(handle, true));
    }

    private TestHandle handle() {
        TestHandle handle = new TestHandle();
        handles.add(handle);
        return handle;
    }

    private SocketAddress address() {
        return io.localAddress(listener);
    }

    @Test
    void shouldTellAHandleWithTheWakeupsKeyFromTheWakeup() throws IOException {
        long key = EpollPoller.WAKEUP_KEY;
        poller.add(listener, Poller.IN, key);
        poller.wakeup();
        List<Integer> reported = new ArrayList<>();
        Poller.Sink sink = (readyKey, ready) -> {
            assertEquals(key, readyKey);
            reported.add(ready);
        };
        assertEquals(0, poller.poll(-1, sink));
        io.connect(handle(), address());
        poller.wakeup();
        int count = 0;
        while (count == 0) {
            count = poller.poll(WAIT_NS, sink);
        }
        assertEquals(1, poller.poll(WAIT_NS, sink));
        assertEquals(List.of(Poller.IN, Poller.IN), reported);
    }

    @Test
    void shouldReportNoMoreThanItsBatch() throws IOException {
        for (int i = 0; i < 6; i++) {
            TestHandle another = handle();
            io.listen(another, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            io.connect(handle(), io.localAddress(another));
            poller.add(another, Poller.IN, i);
        }
        assertEquals(4, poller.poll(0, (key, bits) -> {}));
    }

    @Test
    void shouldSayThatItIsClosed() {
        poller.close();
        Poller.Sink sink = (key, ready) -> {};
        assertThrows(IllegalStateException.class, () -> poller.poll(0, sink));
        assertThrows(IllegalStateException.class, () -> poller.poll(WAIT_NS, sink));
    }

    @Test
    void shouldRefuseAnotherInterest() {
        assertThrows(IllegalArgumentException.class, () -> poller.add(listener, Poller.HANGUP, 1));
        assertThrows(IllegalArgumentException.class, () -> poller.add(listener, -1, 1));
    }

    @Test
    void shouldTellThatAConnectIsNotYetOver() throws IOException {
        // a full accept queue: Linux answers no further SYN
        int unfinished = 0;
        for (int i = 0; i < 8; i++) {
            TestHandle client = handle();
            io.connect(client, address());
            int result = io.finishConnect(client);
            assertTrue(result == 0 || result == IoResult.WOULD_BLOCK, () -> "finishConnect: " + result);
            if (result != 0) {
                unfinished++;
                poller.add(client, Poller.OUT, i);
                assertEquals(null, io.remoteAddress(client));
            }
        }
        assertTrue(unfinished > 0);
        assertEquals(0, poller.poll(0, (key, ready) -> {}));
    }

    @Test
    void shouldTellAFailedConnectWhoseErrorWasTaken() throws IOException {
        SocketAddress unused = address();
        io.close(listener, false);
        TestHandle client = handle();
        io.connect(client, unused);
        poller.add(client, Poller.OUT, 1);
        assertEquals(1, poller.poll(WAIT_NS, (key, ready) -> assertTrue((ready & Poller.ERROR) != 0)));
        assertEquals(IoResult.of(IoError.CONNECTION_REFUSED), io.takeError(client));
        assertEquals(IoResult.of(IoError.NOT_CONNECTED), io.finishConnect(client));
    }

    /** Why no failed call is repeated to learn its errno. */
    @Test
    void shouldTellAResetOnceBecauseTheKernelDoes() throws IOException {
        TestHandle client = handle();
        io.connect(client, address());
        poller.add(listener, Poller.IN, 1);
        assertEquals(1, poller.poll(WAIT_NS, (key, ready) -> {}));
        TestHandle server = handle();
        assertEquals(0, io.accept(listener, server));
        poller.add(server, Poller.IN, 2);
        io.close(client, true);
        assertEquals(1, poller.poll(WAIT_NS, (key, ready) -> {}));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment region = arena.allocate(16);
            assertEquals(IoResult.of(IoError.CONNECTION_RESET), io.read(server, region, 0, 16));
            assertEquals(IoResult.EOF, io.read(server, region, 0, 16));
            assertEquals(IoResult.of(IoError.BROKEN_PIPE), io.write(server, region, 0, 16));
        }
    }

    @Test
    void shouldRefuseMemoryThatItCantReach() throws IOException {
        TestHandle client = handle();
        io.connect(client, address());
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

    @Test
    void shouldRoundTimeoutsUpToMilliseconds() {
        assertEquals(-1, EpollPoller.toMsRoundedUp(-1));
        assertEquals(-1, EpollPoller.toMsRoundedUp(Long.MIN_VALUE));
        assertEquals(0, EpollPoller.toMsRoundedUp(0));
        assertEquals(1, EpollPoller.toMsRoundedUp(1));
        assertEquals(1, EpollPoller.toMsRoundedUp(1_000_000));
        assertEquals(2, EpollPoller.toMsRoundedUp(1_000_001));
        assertEquals(Integer.MAX_VALUE, EpollPoller.toMsRoundedUp(Long.MAX_VALUE));
    }

    @Test
    void shouldTranslateEachBit() {
        assertEquals(0, EpollPoller.toEpoll(0));
        assertEquals(0x005, EpollPoller.toEpoll(Poller.IN | Poller.OUT));
        assertEquals(Poller.IN, EpollPoller.fromEpoll(0x001));
        assertEquals(Poller.OUT, EpollPoller.fromEpoll(0x004));
        assertEquals(Poller.ERROR, EpollPoller.fromEpoll(0x008));
        assertEquals(Poller.HANGUP, EpollPoller.fromEpoll(0x010));
        assertEquals(0, EpollPoller.fromEpoll(0x2000), "EPOLLRDHUP");
    }

    @Test
    void shouldRefuseABatchBelowOne() {
        assertThrows(IllegalArgumentException.class, () -> new EpollProvider(0));
    }

    @Test
    void shouldSayWhyItWorksNowhereElse() {
        assertEquals(null, LinuxGate.obstacle("Linux", 8));
        assertEquals("it needs Linux, and this is Mac OS X", LinuxGate.obstacle("Mac OS X", 8));
        assertFalse(LinuxGate.obstacle("Linux", 4).isEmpty());
        assertTrue(EpollEvents.isPacked("amd64"));
        assertFalse(EpollEvents.isPacked("aarch64"));
    }
}
