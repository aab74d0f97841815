package aem.api;

import aem.api.dto.ConnectionDTO;
import aem.api.dto.EventDTO;
import aem.api.dto.LedgerDTO;
import aem.api.dto.MemoryDTO;
import aem.api.dto.PartDTO;
import aem.api.dto.ProcessDTO;
import aem.api.dto.ReportDTO;
import aem.api.dto.SourceDTO;
import aem.api.dto.WorkerDTO;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The state of the runtime, for operators: a service of the core. Any thread but a worker's own.
 *
 * <p>What is said to be exact is taken at a cut: each worker answers between two of its duty cycles. A worker that does
 * not answer within a second (because a handler blocks it) is left out, and named in {@link #reports()}.
 */
@ProviderType
public interface AemRuntime {
    /** All kinds that ever had a source, by kind. */
    List<SourceDTO> sources();

    /** The parts: scheduler, memory, io, and whether one is serving. */
    List<PartDTO> parts();

    /** All live events, oldest first, with their jobs. */
    List<EventDTO> events();

    /** All open processes, oldest first. */
    List<ProcessDTO> processes();

    /** All open connections and listeners, oldest first. */
    List<ConnectionDTO> connections();

    /** The workers, by index. Exact. */
    List<WorkerDTO> workers();

    /** The memory of each worker, by index. Exact. */
    List<MemoryDTO> memory();

    /** The account of all activations since the start. Exact. */
    LedgerDTO ledger();

    /** What was reported, newest first: each distinct message once, with its count. */
    List<ReportDTO> reports();

    /** The live event with this id. */
    Optional<EventDescriptor> event(long id);

    /** The open process with this id. */
    Optional<AemProcess> process(long id);

    /**
     * Moves a process to another worker, with its events, sockets, timers and waiting activations. It begins between two
     * handlers and takes a few cycles of both workers, in which the process waits; nothing is lost, and the order of its
     * activations stays. Blocks that it has keep their place until they are returned. Does not wait for the end.
     *
     * @param worker an index of {@link #workers()}, smaller than the configured number of workers
     * @throws IllegalArgumentException if there is no such process or worker
     */
    void move(long process, int worker);

    /**
     * Gives a kind up for good: cancels its events and withdraws its API from the service registry.
     *
     * @throws IllegalArgumentException if there is no such kind
     * @throws IllegalStateException if a source of that kind is serving
     */
    void retire(String kind);
}
