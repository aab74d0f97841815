package aem.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Creates processes. A service of the core; may be called on any thread. The processes that a bundle created are closed
 * when the bundle stops, if it did not do so itself.
 */
@ProviderType
public interface AemProcesses {
    /**
     * Creates a process with the default limits.
     *
     * @throws IllegalArgumentException if the name is empty
     * @throws LimitExceededException if the runtime has as many processes as it may have
     */
    AemProcess create(String name);

    /**
     * Creates a process.
     *
     * @throws IllegalArgumentException if the name is empty
     * @throws LimitExceededException if the runtime has as many processes as it may have
     */
    AemProcess create(String name, ProcessLimits limits);

    /** The open process with this id. */
    Optional<AemProcess> find(long id);

    /** All open processes, oldest first; a snapshot. */
    List<AemProcess> list();
}
