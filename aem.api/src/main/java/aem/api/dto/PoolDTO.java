package aem.api.dto;

/** The account of a process in one worker's memory. */
public class PoolDTO {
    public int pool;
    /** Filled in by the core. */
    public long processId;

    public String process;
    public long usedBytes;
    /** Of the used bytes: lent to a handler that runs. Filled in by the core, as are the next two. */
    public long lentBytes;
    /** Of the used bytes: retained by the application. */
    public long retainedBytes;
    /** Of the used bytes: the process has ended, but a handler of it still runs. */
    public long quarantinedBytes;

    public long usedBlocks;
    public long quotaBytes;
    public long highWaterBytes;
    public long refused;
}
