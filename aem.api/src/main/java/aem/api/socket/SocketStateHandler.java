package aem.api.socket;

import aem.api.EventDescriptor;
import org.osgi.annotation.versioning.ConsumerType;

/** Called when a socket enters a state (the slides' {@code h_sock_state(id, fd, state)}). */
@FunctionalInterface
@ConsumerType
public interface SocketStateHandler {
    /**
     * @param event the sock event
     * @param connection the connection
     * @param state the state it entered; it may have left it since
     * @throws Exception counted as a failed activation and reported; the event goes on
     */
    void onSocketState(EventDescriptor event, Connection connection, SocketState state) throws Exception;
}
