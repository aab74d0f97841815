package aem.api.spi;

import aem.api.AemProcess;
import aem.api.EventDescriptor;
import aem.api.socket.Connection;
import aem.api.socket.Listener;
import java.net.SocketAddress;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What the core offers to an event source, from {@link EventSource#open} to {@link EventSource#suspend}. Any thread.
 * None of these methods is for the hot path; {@link SourceEvent} is.
 */
@ProviderType
public interface SourceContext {
    /**
     * Registers an event. It is armed by the home worker of its process: at once if that is the calling thread.
     *
     * @param prepare called with the event before it can happen, to set its words; may be null
     * @throws IllegalArgumentException if a flag is not offered, or the spec does not fit; the message holds the value
     * @throws IllegalStateException if the process or the endpoint is closed
     * @throws aem.api.LimitExceededException if the process has as many events as it may have
     * @throws aem.api.SourceAbsentException if this source's service has ended
     */
    EventDescriptor register(EventSpec spec, Consumer<SourceEvent> prepare);

    /**
     * Opens a listener. It accepts nothing before an event is registered on it.
     *
     * @throws aem.api.socket.SocketFailedException if the address can't be had; names the address and the errno
     * @throws aem.api.LimitExceededException if the process has as many connections as it may have
     * @throws aem.api.SourceAbsentException if no I/O provider is running
     */
    Listener listen(AemProcess process, SocketAddress address, int backlog);

    /**
     * Starts to connect. {@link Readiness#CONNECT} tells the end.
     *
     * @throws aem.api.socket.SocketFailedException if it fails at once; names the address and the errno
     * @throws aem.api.LimitExceededException if the process has as many connections as it may have
     * @throws aem.api.SourceAbsentException if no I/O provider is running
     */
    Connection connect(AemProcess process, SocketAddress address);

    /** The endpoint behind a connection. */
    Endpoint endpoint(Connection connection);

    /** The endpoint behind a listener. */
    Endpoint endpoint(Listener listener);

    /** The source's side of one of its events. */
    SourceEvent event(EventDescriptor descriptor);

    /**
     * Tells the operators of something that is nobody's call to hear about: shown by the shell and logged, the same
     * message at most once a second.
     */
    void report(String message);
}
