package aem.api.socket;

import aem.api.EventDescriptor;
import org.osgi.annotation.versioning.ConsumerType;

/** Called once when a connection is over (the slides' {@code h_close(id, fd)}). */
@FunctionalInterface
@ConsumerType
public interface CloseHandler {
    /**
     * @param event the close event; it ends with this call
     * @param connection see {@link Connection#isOpen()}: after the peer's FIN it still takes bytes
     * @param reason who ended it, and how
     * @throws Exception counted as a failed activation and reported
     */
    void onClose(EventDescriptor event, Connection connection, CloseReason reason) throws Exception;
}
