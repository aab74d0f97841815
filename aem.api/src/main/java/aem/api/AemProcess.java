package aem.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A resource container: owner of events, connections, memory and a share of the processor (the slides' process). Its
 * handlers never overlap: they run one at a time, in order of activation, on the worker that the process is homed on.
 *
 * <p>May be kept and called on any thread.
 */
@ProviderType
public interface AemProcess extends AutoCloseable {
    /** Identifies the process in this runtime; never used again. Always positive. */
    long id();

    /** The name given at creation; need not be unique. */
    String name();

    /** The symbolic name of the bundle that created the process. */
    String owner();

    /** The process in which this one was created, if that one is open. */
    Optional<AemProcess> parent();

    /** The open processes created by {@link #spawn}; a snapshot. */
    List<AemProcess> children();

    /** The limits given at creation. */
    ProcessLimits limits();

    /** The process's live events, oldest first; a snapshot. */
    List<EventDescriptor> events();

    /** Whether {@link #close()} has not been called. */
    boolean isOpen();

    /**
     * Creates a child process, homed on the same worker and closed with this one.
     *
     * @param flags {@link EventFlag#NOCLDWAIT}: the child's exit is not kept; other flags are refused
     * @throws IllegalStateException if this process is closed
     * @throws IllegalArgumentException for another flag, or an empty name
     */
    AemProcess spawn(String name, ProcessLimits limits, EventFlag... flags);

    /**
     * Collects the exit of a child that has ended, oldest first; never blocks.
     *
     * @return empty if no exit is kept
     */
    Optional<ChildExit> waitChild();

    /**
     * Ends the process: its events are cancelled, its connections and listeners closed, its memory returned, its
     * children closed.
     *
     * <p>Called on the process's own worker (by a handler) it returns at once and takes effect when that handler
     * returns; on another thread it waits until no handler of the process runs any more, at most {@code
     * aem.close.timeout} (5 s by default; a handler that runs longer is reported by name). Idempotent.
     */
    @Override
    void close();
}
