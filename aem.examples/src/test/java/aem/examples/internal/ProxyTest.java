package aem.examples.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.io.IoError;
import aem.api.socket.AcceptHandler;
import aem.api.socket.CloseHandler;
import aem.api.socket.CloseReason;
import aem.api.socket.ConnectHandler;
import aem.api.socket.ReadHandler;
import aem.api.socket.RoomHandler;
import aem.api.socket.SocketEvents;
import aem.examples.internal.Fakes.Side;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProxyTest {
    private final Fakes fakes = new Fakes();
    private final Side client = new Side();
    private final Side server = new Side();
    private AcceptHandler accept;
    private ConnectHandler connect;

    private final SocketEvents sockets = Fakes.stub(SocketEvents.class, (method, args) -> {
        switch (method) {
            case "accept" -> accept = (AcceptHandler) args[1];
            case "connect" -> connect = (ConnectHandler) args[2];
            case "read" -> {
                side(args[0]).read = (ReadHandler) args[1];
                return side(args[0]).reading;
            }
            case "room" -> side(args[0]).room = (RoomHandler) args[1];
            case "close" -> side(args[0]).close = (CloseHandler) args[1];
            default -> {
                // listen
            }
        }
        return null;
    });

    private Side side(Object connection) {
        return connection == client.connection ? client : server;
    }

    @BeforeEach
    void accepts() throws Exception {
        new Proxy(Fakes.config(Proxy.Config.class, Map.of()), fakes.processes, sockets, fakes.logger);
        accept.onAccept(null, client.connection);
    }

    private void connects() throws Exception {
        connect.onConnect(null, server.connection, null);
        assertEquals(List.of("halfOpen"), client.calls);
        assertEquals(List.of("halfOpen"), server.calls);
        client.calls.clear();
        server.calls.clear();
    }

    @Test
    void shouldResetTheClientWhenTheUpstreamIsNotThere() throws Exception {
        connect.onConnect(null, server.connection, IoError.CONNECTION_REFUSED);
        assertEquals(List.of("reset"), client.calls);
        assertNull(client.read);
    }

    @Test
    void shouldForwardBothDirections() throws Exception {
        connects();
        client.arrives();
        assertEquals(List.of("write"), server.calls);
        server.arrives();
        assertEquals(List.of("write"), client.calls);
        assertTrue(client.controls.isEmpty());
    }

    @Test
    void shouldStopReadingAboveHalfAndGoOnWithRoom() throws Exception {
        connects();
        server.answers.put("unsentBytes", 50L);
        client.arrives();
        assertTrue(client.controls.isEmpty());
        server.answers.put("unsentBytes", 51L);
        client.arrives();
        assertEquals(List.of("suspend"), client.controls);
        server.room.onRoom(null, server.connection);
        assertEquals(List.of("suspend", "resume"), client.controls);
        assertTrue(server.controls.isEmpty());
    }

    @Test
    void shouldResetRatherThanLoseBytes() throws Exception {
        connects();
        server.answers.put("write", false);
        client.arrives();
        assertEquals(List.of("reset"), client.calls);
        client.ends(CloseReason.LOCAL);
        assertEquals(List.of("write", "reset"), server.calls);
    }

    @Test
    void shouldPassOnAHalfCloseAndCloseAfterTheSecond() throws Exception {
        connects();
        client.ends(CloseReason.PEER_CLOSED);
        assertEquals(List.of("shutdownOutput"), server.calls);
        assertTrue(client.calls.isEmpty());
        server.ends(CloseReason.PEER_CLOSED);
        assertEquals(List.of("shutdownOutput", "close"), client.calls);
        assertEquals(List.of("shutdownOutput", "close"), server.calls);
    }

    @Test
    void shouldPassOnAReset() throws Exception {
        connects();
        server.ends(CloseReason.PEER_RESET);
        assertEquals(List.of("reset"), client.calls);
    }
}
