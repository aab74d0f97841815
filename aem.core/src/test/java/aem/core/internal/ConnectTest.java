package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.socket.CloseReason;
import aem.api.socket.SocketFailedException;
import aem.api.socket.SocketState;
import aem.api.spi.Readiness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that are asked for. */
@Timeout(60)
class ConnectTest {
    private final Rig rig = new Rig();
    private final CoreProcess process = rig.process();
    private final List<Integer> results = new ArrayList<>();

    @AfterEach
    void end() {
        rig.close();
    }

    /** As a source does: what has failed is aborted. */
    private Event onConnect(CoreConnection connection) {
        return rig.on(connection, Readiness.CONNECT, e -> {
            int result = e.finishConnect();
            results.add(result);
            if (result == IoResult.WOULD_BLOCK) {
                e.again();
                return;
            }
            e.end();
            if (IoResult.isError(result)) {
                e.endpoint().abort(CloseReason.CONNECT_FAILED);
            }
        });
    }

    @Test
    void shouldTellOnceThatItIsConnected() {
        CoreConnection connection = rig.connecting(process);
        Event event = onConnect(connection);
        rig.steps(5);
        assertEquals(List.of(), results);
        assertEquals(SocketState.SS_CONNECTING, connection.state());
        FakeIo.socket(connection).connectEnds(0);
        rig.steps(5);
        assertEquals(List.of(0), results);
        assertEquals(SocketState.SS_CONNECTED, connection.state());
        assertTrue(event.isEnded());
        assertTrue(connection.isOpen());
        assertEquals(FakeIo.LOCAL, connection.localAddress());
        assertEquals(FakeIo.REMOTE, connection.remoteAddress());
    }

    @Test
    void shouldTellOnceThatItHasFailed() {
        List<IoError> ways = List.of(
                IoError.CONNECTION_REFUSED, IoError.TIMED_OUT, IoError.HOST_UNREACHABLE, IoError.NETWORK_UNREACHABLE);
        for (IoError error : ways) {
            results.clear();
            CoreConnection connection = rig.connecting(process);
            FakeSocket socket = FakeIo.socket(connection);
            Event event = onConnect(connection);
            rig.steps(2);
            rig.atHome(() -> assertTrue(connection.write(new byte[10])));
            assertEquals(1, rig.blocks());
            socket.connectEnds(IoResult.of(error));
            rig.steps(5);
            assertEquals(List.of(IoResult.of(error)), results);
            assertTrue(event.isEnded());
            assertFalse(connection.isOpen());
            assertEquals(error, connection.error());
            assertEquals(SocketState.SS_UNCONNECTED, connection.state());
            assertEquals(CloseReason.CONNECT_FAILED, connection.closeReason());
            assertTrue(socket.closed);
            assertEquals(0, rig.blocks());
            assertEquals(0, process.connectionCount());
        }
    }

    @Test
    void shouldWaitOnAfterAReportTooMany() {
        CoreConnection connection = rig.connecting(process);
        FakeSocket socket = FakeIo.socket(connection);
        onConnect(connection);
        rig.steps(2);
        socket.connecting = false; // the poller says OUT, but the connect has not ended
        rig.step();
        socket.connecting = true;
        rig.steps(2);
        assertEquals(List.of(IoResult.WOULD_BLOCK), results);
        socket.connectEnds(0);
        rig.steps(3);
        assertEquals(List.of(IoResult.WOULD_BLOCK, 0), results);
    }

    @Test
    void shouldTellAnEventThatComesAfterTheConnectHasEnded() {
        CoreConnection connection = rig.connecting(process);
        FakeIo.socket(connection).connectEnds(0);
        rig.steps(4);
        onConnect(connection);
        rig.steps(3);
        assertEquals(List.of(0), results);
    }

    @Test
    void shouldTellAnEventThatItsConnectionWasResetBefore() {
        CoreConnection connection = rig.connecting(process);
        onConnect(connection);
        connection.reset();
        rig.steps(4);
        assertEquals(List.of(IoResult.of(IoError.BAD_HANDLE)), results);
        assertEquals(0, process.eventCount());
    }

    @Test
    void shouldGiveUpAConnectThatIsClosed() {
        CoreConnection connection = rig.connecting(process);
        onConnect(connection);
        rig.steps(2);
        rig.atHome(() -> assertTrue(connection.write(new byte[10])));
        connection.close();
        rig.steps(3);
        assertFalse(connection.isOpen());
        assertEquals(List.of(IoResult.of(IoError.BAD_HANDLE)), results);
        assertTrue(FakeIo.socket(connection).closed);
        assertEquals(0, rig.blocks());
    }

    @Test
    void shouldFailAtOnceWhereTheSystemRefuses() {
        rig.io.refusals.add(new IOException("connect to there:2: ENETUNREACH (Network is unreachable)"));
        SocketFailedException refused = assertThrows(SocketFailedException.class, () -> rig.connecting(process));
        assertTrue(refused.getMessage().contains("ENETUNREACH"), refused.getMessage());
        assertEquals(0, process.connectionCount());
    }

    @Test
    void shouldTellTheEndOfAConnectToWhoeverWaitsForIt() {
        CoreConnection connection = rig.connecting(process);
        List<SocketState> states = new ArrayList<>();
        int[] closes = {0};
        rig.on(connection, Readiness.STATE, e -> states.add(e.connection().state()));
        rig.on(connection, Readiness.CLOSE, e -> {
            closes[0]++;
            e.end();
        });
        onConnect(connection);
        rig.steps(2);
        FakeIo.socket(connection).connectEnds(IoResult.of(IoError.CONNECTION_REFUSED));
        rig.steps(5);
        assertEquals(List.of(SocketState.SS_CONNECTING, SocketState.SS_UNCONNECTED), states);
        assertEquals(1, closes[0]);
        assertEquals(0, process.eventCount());
    }
}
