package aem.api.dto;

/** The account of a process in one worker's memory. */
public class PoolDTO {
    public int pool;
    /** Filled in by the core. */
    public long processId;

    public String process;
    public long usedBytes;
    public long usedBlocks;
    public long quotaBytes;
    public long highWaterBytes;
    public long refused;
}
