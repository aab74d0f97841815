package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.Control;
import aem.api.io.IoResult;
import aem.api.spi.Readiness;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No byte is lost, doubled or moved, whatever comes in between. */
@Timeout(120)
class ByteTransferTest {
    private static final int OPERATIONS = 3_000;
    private static final int CONNECTIONS = 4;

    /** A connection that echoes what it gets, with what its peer has sent and another thread has written to it. */
    private final class Line {
        final CoreConnection connection;
        final FakeSocket socket;
        final Event reader;
        final ByteArrayOutputStream expected = new ByteArrayOutputStream();

        Line(CoreProcess process) {
            connection = rig.connected(process);
            socket = FakeIo.socket(connection);
            reader = rig.on(connection, Readiness.READ, e -> {
                int result = e.receive();
                if (result > 0) {
                    assertTrue(connection.write(e.data()), "an answer as long as what was read always fits");
                } else if (result == IoResult.WOULD_BLOCK) {
                    e.again();
                }
            });
        }

        boolean isDone() {
            return socket.sent.size() == expected.size();
        }

        void arrive() {
            byte[] bytes = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(bytes);
            socket.arrive(bytes);
            expected.writeBytes(bytes);
        }
    }

    private Rig rig;
    private Random random;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldEchoEveryByteInOrder(int seed) {
        random = new Random(seed);
        rig = new Rig();
        try (Rig open = rig) {
            RandomParts parts = new RandomParts(open, random);
            CoreProcess process = open.process();
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                lines.add(new Line(process));
            }
            for (int i = 0; i < OPERATIONS; i++) {
                disturb(lines.get(random.nextInt(CONNECTIONS)), parts);
                if (parts.hasScheduler()) {
                    open.step();
                }
            }
            parts.restore();
            for (Line line : lines) {
                line.reader.control(new Control.Resume());
                line.socket.room = Integer.MAX_VALUE;
                line.socket.bytesPerCall = Integer.MAX_VALUE;
            }
            open.memory.cap.exhausted = false;
            open.after(Duration.ofSeconds(1)); // no pause is left
            for (int i = 0; i < OPERATIONS && lines.stream().anyMatch(line -> !line.isDone()); i++) {
                open.after(Duration.ofMillis(10));
            }
            for (Line line : lines) {
                assertArrayEquals(line.expected.toByteArray(), line.socket.sent.toByteArray());
                assertEquals(0, line.connection.unsentBytes());
                assertTrue(line.connection.isOpen());
            }
            assertEquals(0, open.blocks());
            assertEquals(0, open.ledger().failed);
        }
    }

    private void disturb(Line line, RandomParts parts) {
        switch (random.nextInt(14)) {
            case 0, 1, 2 -> line.arrive();
            case 3 -> line.socket.room = 0;
            case 4 -> line.socket.room = random.nextInt(600);
            case 5 -> line.socket.room = Integer.MAX_VALUE;
            case 6 -> line.socket.bytesPerCall = 1 + random.nextInt(300);
            case 7 -> line.socket.bytesPerCall = Integer.MAX_VALUE;
            case 8 -> line.reader.control(new Control.Suspend());
            case 9 -> line.reader.control(new Control.Resume());
            case 10 -> line.connection.pauseNs(random.nextInt(1_000_000));
            case 11 -> rig.memory.cap.exhausted = random.nextInt(3) == 0;
            case 12 -> rig.clockNs.addAndGet(random.nextInt(20_000_000));
            default -> {
                if (random.nextInt(3) == 0) {
                    parts.exchange();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 12})
    void shouldSendEveryByteThatWasTaken(int seed) {
        random = new Random(seed);
        rig = new Rig();
        try (Rig open = rig) {
            RandomParts parts = new RandomParts(open, random);
            CoreConnection connection = open.connected(open.process());
            FakeSocket socket = FakeIo.socket(connection);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            for (int i = 0; i < OPERATIONS; i++) {
                socket.room = random.nextInt(3) == 0 ? 0 : random.nextInt(800);
                byte[] bytes = new byte[random.nextInt(500)];
                random.nextBytes(bytes);
                // what waits for the worker comes behind what the worker writes itself, so one of the two at a time
                if (parts.hasScheduler() && random.nextBoolean()) {
                    open.step();
                    open.atHome(() -> {
                        if (connection.write(bytes)) {
                            expected.writeBytes(bytes);
                        }
                    });
                } else if (connection.write(bytes)) {
                    expected.writeBytes(bytes);
                }
                assertTrue(connection.unsentBytes() <= 1000, "unsent: " + connection.unsentBytes());
                if (random.nextInt(20) == 0) {
                    parts.exchange();
                }
            }
            parts.restore();
            connection.close();
            socket.room = Integer.MAX_VALUE;
            open.steps(3);
            assertArrayEquals(expected.toByteArray(), socket.sent.toByteArray());
            assertTrue(socket.closed);
        }
    }
}
