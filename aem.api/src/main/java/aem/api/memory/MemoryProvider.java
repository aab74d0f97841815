package aem.api.memory;

import aem.api.part.PartState;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The service of a memory bundle (property {@code aem.part=memory}). The core calls {@link #open} once for each worker,
 * on the thread of that worker, when the provider takes over.
 */
@ProviderType
public interface MemoryProvider {
    /**
     * Opens the allocator of one worker.
     *
     * @param context the core's side
     * @param adopted what the predecessor on this worker handed over; null on the first
     * @throws IllegalArgumentException if the state's version is none that this provider adopts; the core then keeps the
     *     state and reports it
     */
    Allocator open(AllocatorContext context, PartState adopted);
}
