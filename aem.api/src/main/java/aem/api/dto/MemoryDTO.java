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
