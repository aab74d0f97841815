package aem.api.skstate;

import aem.api.EventDescriptor;
import aem.api.socket.Connection;
import org.osgi.annotation.versioning.ConsumerType;

/** Called when a TCP connection was seen in a state (the slides' {@code h_sk_state(id, fd, state)}). */
@FunctionalInterface
@ConsumerType
public interface SkStateHandler {
    /**
     * @param event the sk event
     * @param connection the connection
     * @param state a state that was observed, never one that was inferred; it may have left it since
     * @throws Exception counted as a failed activation and reported; the event goes on
     */
    void onSkState(EventDescriptor event, Connection connection, TcpState state) throws Exception;
}
