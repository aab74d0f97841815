package aem.api.dto;

/** A worker: a core thread with its scheduler, poller and allocator. */
public class WorkerDTO {
    public int worker;
    public String thread;
    public long cycles;
    /** Cycles that found nothing to do. */
    public long idleCycles;

    public long polls;
    public long processes;
    public long events;
    public long connections;
    /** Handles that have expired or were taken by others while the poller reported them. */
    public long staleReadiness;

    public long pending;
    /** Jobs that age in the dispatcher. */
    public long ageing;

    public long expiries;
    /** Moves that the job automaton has refused. */
    public long illegalTransitions;
    /** Jobs and handlers that ran over their bound. */
    public long overruns;
    /** Choices of a process that were not the one of greatest weight; always 0. */
    public long orderViolations;
    /** Submissions that were refused because the lane was full. */
    public long refusedSubmissions;

    /** Handlers that blocked this worker for too long and go on without it, each on a thread of its own. */
    public long detached;

    /** Processes that have come from another worker, and that have gone to one. */
    public long arrived;

    public long departed;

    public long loadPerSecond;
    /** The slides' srt_base, of the current epoch. */
    public long srtBase;

    public long epochs;
    /** 0 = no overload; from 1 on REJECTABLE, from 3 on also LAST_RESORT activations are refused. */
    public int overloadLevel;
    /** The standing delay from activation to handler in the last interval: the worst process's smallest one. */
    public long delayNs;
    /** Activations refused by load control. */
    public long shedRejectable;

    public long shedLastResort;
}
