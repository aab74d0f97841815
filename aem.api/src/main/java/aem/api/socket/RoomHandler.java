package aem.api.socket;

import aem.api.EventDescriptor;
import org.osgi.annotation.versioning.ConsumerType;

/** Called when a connection takes bytes again. */
@FunctionalInterface
@ConsumerType
public interface RoomHandler {
    /**
     * @param event the room event
     * @param connection its unsent bytes are at most half of the limit
     * @throws Exception counted as a failed activation and reported; the event goes on
     */
    void onRoom(EventDescriptor event, Connection connection) throws Exception;
}
