package aem.api.socket;

import aem.api.AemProcess;
import java.net.SocketAddress;
import org.osgi.annotation.versioning.ProviderType;

/** A listening socket. Belongs to the core; stays valid while event sources come and go. Any thread. */
@ProviderType
public interface Listener extends AutoCloseable {
    /** Identifies it among connections and listeners; never used again. */
    long id();

    AemProcess process();

    /** Where it listens, with the port that the system chose. */
    SocketAddress localAddress();

    boolean isOpen();

    /** Stops listening. The accepted connections and their events live on. Idempotent. */
    @Override
    void close();
}
