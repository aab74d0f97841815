package aem.api.socket;

import aem.api.EventDescriptor;
import aem.api.io.IoError;
import org.osgi.annotation.versioning.ConsumerType;

/** Called once when a connect has ended, on the home worker of its process. */
@FunctionalInterface
@ConsumerType
public interface ConnectHandler {
    /**
     * @param event the connect event; it ends with this call
     * @param connection open if the connect succeeded; closed if not
     * @param error null if connected; otherwise what went wrong
     * @throws Exception counted as a failed activation and reported; the connection is then closed
     */
    void onConnect(EventDescriptor event, Connection connection, IoError error) throws Exception;
}
