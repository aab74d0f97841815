package aem.memory.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of PID {@code aem.memory}. All are live. */
@ObjectClassDefinition(name = "AEM memory", description = "The off-heap memory that handlers' data stands in.")
@interface MemoryConfig {
    @AttributeDefinition(
            name = "Region size (bytes)",
            description =
                    "Memory is mapped in regions of this size, at most 255 per worker: a power of two from 1 MiB to"
                            + " 1 GiB. Applies to regions mapped from now on. A block that is greater than this gets a"
                            + " region of its own size; near the runtime's hard cap smaller ones are mapped.")
    long region_bytes() default Regions.DEFAULT_BYTES;

    @AttributeDefinition(
            name = "Huge pages",
            description = "Asks the system for transparent huge pages (2 MiB) in regions mapped from now on. Linux.")
    boolean huge_pages() default false;

    @AttributeDefinition(
            name = "Touch",
            description = "Touches each page of a region when it is mapped, so that no handler waits for the system to"
                    + " find it a page. Applies to regions mapped from now on.")
    boolean pre_touch() default false;

    @AttributeDefinition(
            name = "Lock",
            description = "Keeps regions mapped from now on in memory: they are never swapped out (mlock). Locked"
                    + " regions are not returned to the system. Linux; mind the limit of locked memory (ulimit -l).")
    boolean lock() default false;

    @AttributeDefinition(
            name = "Soft limit (bytes)",
            description = "A worker whose regions hold more memory than this returns empty ones to the system as soon"
                    + " as less than half of it is in use. 0: it keeps what it has. Linux.")
    long soft_limit_bytes() default Regions.DEFAULT_SOFT_LIMIT_BYTES;
}
