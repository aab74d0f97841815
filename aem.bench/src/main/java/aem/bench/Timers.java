package aem.bench;

/** Timers by slot, as the bench drives them: one thread starts and cancels, expiries are counted. */
interface Timers extends AutoCloseable {
    /** Makes room, before anything is measured. */
    void slots(int count);

    /** Starts the timer in a slot; it is not running. */
    void start(int slot, long delayNs);

    void cancel(int slot);

    /** Has all starts and cancels so far taken effect: some do that on a thread of their own. */
    void settle() throws InterruptedException;

    /** Lets time pass until so many timers have expired, all in all. */
    void awaitExpired(long count) throws InterruptedException;

    @Override
    void close();
}
