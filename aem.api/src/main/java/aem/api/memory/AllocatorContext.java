package aem.api.memory;

import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ProviderType;

/** What the core offers to an {@link Allocator}. Called on the worker's thread only. */
@ProviderType
public interface AllocatorContext {
    /** The worker's index, from 0. */
    int worker();

    /**
     * Maps off-heap memory that lives as long as the runtime: it belongs to the core, so that it outlives the memory
     * bundle. Aligned to its size, or to 2 MiB.
     * Its pages may be untouched yet: then the system gives each at its first use.
     *
     * @param bytes a power of two
     * @return the region, zeroed; null if the runtime's hard cap ({@code aem.memory.cap.bytes}) leaves no room for it, or
     *     the system does not
     */
    MemorySegment mapRegion(long bytes);
}
