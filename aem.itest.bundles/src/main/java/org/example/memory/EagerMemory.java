package org.example.memory;

import aem.api.memory.Allocator;
import aem.api.memory.AllocatorContext;
import aem.api.memory.MemoryProvider;
import aem.api.part.AemPart;
import aem.api.part.PartState;
import org.osgi.service.component.annotations.Component;

/** Another version of the memory part. */
@Component(service = MemoryProvider.class, property = "aem.part=memory")
@AemPart(part = "memory", kind = "memory", version = Tables.VERSION, adopts = "2..2")
public final class EagerMemory implements MemoryProvider {
    @Override
    public Allocator open(AllocatorContext context, PartState adopted) {
        return new EagerBuddy(context, adopted == null ? new Tables() : new Tables(adopted));
    }
}
