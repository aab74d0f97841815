package aem.core.internal;

/** What stands in a job slot of a worker: an event, or a job of the core's own. On the worker's thread. */
interface JobBody {
    void runJob(int ready);

    void runHandler();

    /** For reports: who this is. */
    String label();
}
