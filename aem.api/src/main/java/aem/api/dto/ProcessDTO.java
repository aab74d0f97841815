package aem.api.dto;

/** A process. */
public class ProcessDTO {
    public long id;
    public String name;
    public String owner;
    public long parentId;
    public int worker;
    public long events;
    public long maxEvents;
    public long connections;
    public long maxConnections;
    public long memoryBytes;
    public long maxMemoryBytes;
    /** Activations that wait for their handler. */
    public long pending;

    public long handled;
    public long failed;
    /** Activations refused by load control. */
    public long shedRejectable;

    public long shedLastResort;
    /** Connections that were accepted and reset at once because of that. */
    public long rejected;
    /** Whether a handler that was detached from its worker still runs: all others of the process wait for it. */
    public boolean blocked;
    /** Time spent in its handlers. */
    public long handlerNs;
}
