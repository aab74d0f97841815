package aem.api.spi;

import aem.api.io.IoError;
import aem.api.socket.CloseReason;
import org.osgi.annotation.versioning.ProviderType;

/** A connection or listener as its event source sees it. Called on the home worker, except where it says otherwise. */
@ProviderType
public interface Endpoint {
    /** Whether it is open. Any thread. */
    boolean isOpen();

    /** Whether an event is registered on it. */
    boolean hasEvents();

    /** Whether the peer has ended its direction and every byte of it was read. */
    boolean atEnd();

    /** Why the connection is over, or is about to be; null if it is not. */
    CloseReason closeReason();

    /** What went wrong, if something did; null otherwise. */
    IoError error();

    /** Closes the connection as broken: the peer gets RST. */
    void abort(CloseReason reason);

    /** Stops watching for this long, then watches again: for a listener that may not open another file, for example. */
    void pauseNs(long durationNs);
}
