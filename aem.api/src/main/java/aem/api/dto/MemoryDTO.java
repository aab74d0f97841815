package aem.api.dto;

import java.util.ArrayList;
import java.util.List;

/** The memory of one worker. */
public class MemoryDTO {
    public int worker;
    public long regionBytes;
    public int regions;
    public long usedBytes;
    public long usedBlocks;
    public long freeBytes;
    /** Of the free bytes: those whose memory is with the system; the addresses are kept. */
    public long returnedBytes;
    /** Of the free bytes: those in blocks of less than 64 KiB, which is what a read asks for at most. */
    public long scatteredBytes;

    public long highWaterBytes;
    /** Free blocks by order: 64 B &lt;&lt; index. */
    public long[] freeBlocks = {};

    public long allocations;
    public long frees;
    /** Requests that a quota or the hard cap has refused. */
    public long refused;
    /** Frees of stale handles. */
    public long staleFrees;

    public List<PoolDTO> pools = new ArrayList<>();
}
