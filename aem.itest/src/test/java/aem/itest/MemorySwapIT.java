package aem.itest;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import aem.api.AemProcess;
import aem.api.dto.MemoryDTO;
import aem.api.dto.PoolDTO;
import aem.api.memory.RetainedData;
import aem.api.socket.SocketEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * The memory goes up and down between two versions under checked traffic: aem.memory, which merges late, and one that was
 * written apart from it and merges at once. They have nothing in common but the layout of the tables.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class MemorySwapIT {
    private static final int SWAPS = 50;
    private static final int CLIENTS = 6;
    private static final int RETAINED = 40;

    @Inject
    private BundleContext context;

    private Aem aem;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("MemorySwapIT").toAbsolutePath())};
    }

    private String serving() {
        return aem.runtime().parts().stream()
                .filter(part -> part.part.equals("memory"))
                .findFirst()
                .orElseThrow()
                .bundle;
    }

    @Test
    public void shouldLoseNothingBetweenTwoVersions() throws Exception {
        aem = new Aem(context);
        int port = aem.echoPort();
        new Traffic(port, 1).close();
        Aem.Base base = aem.base();
        Bundle[] versions = {aem.bundle("aem.memory"), ExportedRuntime.install(context, "memory")};
        long allocationsBefore = allocations();

        AemProcess process = aem.processes().create("keeper");
        List<byte[]> sent = new ArrayList<>();
        List<RetainedData> kept = Collections.synchronizedList(new ArrayList<>());
        SocketEvents sockets = aem.service(SocketEvents.class);
        var listener = sockets.listen(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        sockets.accept(
                listener,
                (event, connection) -> sockets.read(connection, (e, c, data) -> {
                    byte[] answer = {1};
                    kept.add(data.retain());
                    c.write(answer);
                }));
        int keeper = ((InetSocketAddress) listener.localAddress()).getPort();

        try (Traffic traffic = new Traffic(port, CLIENTS);
                EchoClient client = new EchoClient(keeper, 1)) {
            for (int i = 1; i <= SWAPS; i++) {
                Bundle from = versions[(i + 1) % 2];
                Bundle to = versions[i % 2];
                boolean hot = i / 2 % 2 == 0;
                if (hot) {
                    to.start(); // stands by
                    from.stop();
                } else {
                    from.stop();
                    to.start();
                }
                assertTrue(serving(), serving().startsWith(to.getSymbolicName() + " "));
                if (i <= RETAINED) {
                    byte[] bytes = client.randomBytes(1 + i * 9); // small enough to be read at once
                    sent.add(bytes);
                    client.send(bytes);
                    client.expect(new byte[] {1});
                }
                for (int k = 0; k < sent.size(); k++) {
                    assertArrayEquals(
                            "retained at swap " + (k + 1),
                            sent.get(k),
                            kept.get(k).toByteArray());
                }
                // they go back to another version than they are from
                if (i > RETAINED) {
                    kept.remove(0).release();
                    sent.remove(0);
                }
                traffic.awaitProgress();
                assertFigures();
            }
            assertEquals(RETAINED - (SWAPS - RETAINED), kept.size());
            kept.forEach(RetainedData::release);
        }
        process.close();
        aem.awaitBase(base);
        assertFigures();
        assertTrue("they worked", allocations() > allocationsBefore + SWAPS * CLIENTS);
        assertEquals(
                0,
                aem.runtime().memory().stream().mapToLong(dto -> dto.staleFrees).sum());
        aem.assertBalanced();
        aem.assertNoReports();
        versions[1].uninstall();
        aem.assertEchoWorks();
    }

    private long allocations() {
        return aem.runtime().memory().stream().mapToLong(dto -> dto.allocations).sum();
    }

    /** Whatever goes on: each worker's figures are of one moment, and exact. */
    private void assertFigures() {
        for (MemoryDTO dto : aem.runtime().memory()) {
            assertEquals(dto.usedBlocks, dto.allocations - dto.frees);
            assertEquals(dto.regionBytes, dto.usedBytes + dto.freeBytes);
            long freeBytes = 0;
            for (int order = 0; order < dto.freeBlocks.length; order++) {
                freeBytes += dto.freeBlocks[order] * (64L << order);
            }
            assertEquals("free by order", dto.freeBytes, freeBytes);
            assertEquals(
                    "used by pool",
                    dto.usedBytes,
                    dto.pools.stream()
                            .mapToLong((PoolDTO pool) -> pool.usedBytes)
                            .sum());
            assertEquals(
                    dto.usedBlocks,
                    dto.pools.stream().mapToLong(pool -> pool.usedBlocks).sum());
            assertTrue(dto.highWaterBytes >= dto.usedBytes);
            for (PoolDTO pool : dto.pools) {
                assertTrue(pool.process + ": " + pool.retainedBytes, pool.retainedBytes <= pool.usedBytes);
            }
        }
    }
}
