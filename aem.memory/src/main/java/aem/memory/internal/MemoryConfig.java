package aem.memory.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of PID {@code aem.memory}. */
@ObjectClassDefinition(name = "AEM memory", description = "The off-heap memory that handlers' data stands in.")
@interface MemoryConfig {
    @AttributeDefinition(
            name = "Region size (bytes)",
            description =
                    "Memory is mapped in regions of this size, at most 255 per worker: a power of two from 1 MiB to"
                            + " 1 GiB. Applies to regions mapped from now on. A block that is greater than this gets a"
                            + " region of its own size; near the runtime's hard cap smaller ones are mapped.")
    long region_bytes() default Regions.DEFAULT_BYTES;
}
