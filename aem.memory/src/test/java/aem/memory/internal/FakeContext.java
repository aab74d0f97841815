package aem.memory.internal;

import aem.api.memory.AllocatorContext;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The core's side: maps up to a cap, and remembers what it mapped. */
final class FakeContext implements AllocatorContext {
    static final long ALIGNMENT_BYTES = 4096;

    final List<MemorySegment> mapped = new ArrayList<>();
    final long capBytes;
    long mappedBytes;
    int requests;

    FakeContext(long capBytes) {
        this.capBytes = capBytes;
    }

    @Override
    public int worker() {
        return 3;
    }

    @Override
    public MemorySegment mapRegion(long bytes) {
        requests++;
        if (mappedBytes + bytes > capBytes) {
            return null;
        }
        mappedBytes += bytes;
        MemorySegment segment = Arena.ofAuto().allocate(bytes, ALIGNMENT_BYTES);
        mapped.add(segment);
        return segment;
    }
}
