package aem.api.skstate;

import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.socket.Connection;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Events on TCP states: the slides' {@code sockasync_sk(h_sk_state, EVF_FORK, sfd, TCP_ESTABLISHED)}. A service that is
 * there when a source of kind {@code skstate} is installed. Throws as {@link aem.api.socket.SocketEvents} does.
 */
@ProviderType
public interface SkStateEvents {
    /**
     * Calls the handler each time the connection is seen to enter one of the states; also once at registration if it is
     * in one of them.
     *
     * @throws IllegalArgumentException if the set is empty
     */
    EventDescriptor sk(Connection connection, Set<TcpState> states, SkStateHandler handler, EventFlag... flags);
}
