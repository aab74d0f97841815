package aem.api.socket;

import aem.api.EventDescriptor;
import aem.api.memory.EventData;
import org.osgi.annotation.versioning.ConsumerType;

/** Called with data that has arrived (the slides' {@code h_read(id, fd, data, len)}). */
@FunctionalInterface
@ConsumerType
public interface ReadHandler {
    /**
     * @param event the read event
     * @param connection where the data came from
     * @param data lent for the duration of the call, see {@link EventData}; at least 1 byte
     * @throws Exception counted as a failed activation and reported; the connection is reset, because its stream now has
     *     a hole
     */
    void onRead(EventDescriptor event, Connection connection, EventData data) throws Exception;
}
