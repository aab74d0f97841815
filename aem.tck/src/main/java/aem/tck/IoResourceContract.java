package aem.tck;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoResult;
import aem.api.io.Poller;
import com.sun.management.ThreadMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;

/** No descriptor is lost, and nothing is allocated where it counts. */
abstract class IoResourceContract extends IoOptionContract {
    private static final int ROUNDS = 1_000;

    private static final int ROUNDS_OF_A_PASS = 50_000;
    private static final int MAX_PASSES = 20;
    private static final Poller.Sink SINK = (key, ready) -> {};

    /** What the JVM itself may open meanwhile: jars, class files. */
    private static final int TOLERATED_DESCRIPTORS = 20;

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldLoseNoDescriptorOfConnections() throws Throwable {
        TestHandle listener = listen();
        InetSocketAddress address = addressOf(listener);
        assertLosesNoDescriptor(() -> {
            Pair pair = pair(listener, address);
            poller.add(pair.server(), Poller.IN, 1);
            poller.remove(pair.server());
            close(pair);
        });
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldLoseNoDescriptorOfPollersAndListeners() throws Throwable {
        assertLosesNoDescriptor(() -> {
            Poller another = io.openPoller();
            TestHandle listener = new TestHandle();
            io.listen(listener, loopback(0), BACKLOG);
            another.add(listener, Poller.IN, 1);
            another.remove(listener);
            io.close(listener, false);
            another.wakeup();
            another.close();
        });
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldLoseNoDescriptorWhenACallFails() throws Throwable {
        InetSocketAddress taken = addressOf(listen());
        TestHandle closed = new TestHandle();
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
        // an IPv4 broadcast address is refused at once
        InetSocketAddress refused = new InetSocketAddress("255.255.255.255", 1);
        assertLosesNoDescriptor(() -> {
            assertThrows(IOException.class, () -> io.listen(closed, taken, BACKLOG));
            assertThrows(IOException.class, () -> io.connect(closed, unknown));
            assertThrows(IOException.class, () -> io.connect(closed, refused));
        });
    }

    private static void assertLosesNoDescriptor(Executable round) throws Throwable {
        round.execute();
        int before = openDescriptors();
        for (int i = 0; i < ROUNDS; i++) {
            round.execute();
        }
        int lost = openDescriptors() - before;
        assertTrue(lost <= TOLERATED_DESCRIPTORS, () -> lost + " descriptors lost in " + ROUNDS + " rounds");
    }

    private static int openDescriptors() {
        return Objects.requireNonNull(new File("/proc/self/fd").list(), "no /proc").length;
    }

    @Test
    void shouldAllocateNothingWhereItCounts() throws IOException {
        if (!allocationFree()) {
            return;
        }
        Pair pair = pair();
        TestHandle listener = listen();
        TestHandle accepted = handle();
        poller.add(pair.server(), Poller.IN, 1);
        assertAllocatesNothing(
                "transfer",
                () -> io.write(pair.client(), memory, 0, 64) == 64
                        && poller.poll(-1, SINK) == 1
                        && io.read(pair.server(), memory, 64, 64) == 64);
        assertAllocatesNothing("read nothing", () -> io.read(pair.server(), memory, 64, 64) == IoResult.WOULD_BLOCK);
        assertAllocatesNothing(
                "change of interest",
                () -> poller.modify(pair.server(), Poller.IN | Poller.OUT, 2) == 0
                        && poller.modify(pair.server(), Poller.IN, 1) == 0);
        if (acceptsAllocationFree()) {
            assertAllocatesNothing("accept none", () -> io.accept(listener, accepted) == IoResult.WOULD_BLOCK);
        }
        assertAllocatesNothing("poll nothing", () -> poller.poll(0, SINK) == 0);
        assertAllocatesNothing("wake-up", () -> {
            poller.wakeup();
            return poller.poll(1_000_000, SINK) == 0;
        });
    }

    /** Each operation by itself: what the compiler makes of one must not depend on its neighbours. */
    private static void assertAllocatesNothing(String what, BooleanSupplier round) {
        // the first passes are the compiler's; on a busy machine it comes late
        long allocatedBytes = Long.MAX_VALUE;
        for (int pass = 0; pass < MAX_PASSES && allocatedBytes >= ROUNDS_OF_A_PASS; pass++) {
            long before = allocatedBytes();
            for (int i = 0; i < ROUNDS_OF_A_PASS; i++) {
                if (!round.getAsBoolean()) {
                    throw new AssertionError(what + ": wrong result in round " + i);
                }
            }
            allocatedBytes = allocatedBytes() - before;
        }
        long lastBytes = allocatedBytes;
        assertTrue(
                lastBytes < ROUNDS_OF_A_PASS,
                () -> what + ": " + lastBytes + " bytes allocated in " + ROUNDS_OF_A_PASS + " rounds");
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
