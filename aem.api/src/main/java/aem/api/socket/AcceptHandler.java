package aem.api.socket;

import aem.api.EventDescriptor;
import org.osgi.annotation.versioning.ConsumerType;

/** Called for each accepted connection, on the home worker of the listener's process. */
@FunctionalInterface
@ConsumerType
public interface AcceptHandler {
    /**
     * A throw closes the new connection if no event was registered on it; the listener goes on.
     *
     * @param event the accept event
     * @param connection the new connection, owned by the listener's process
     * @throws Exception counted as a failed activation and reported
     */
    void onAccept(EventDescriptor event, Connection connection) throws Exception;
}
