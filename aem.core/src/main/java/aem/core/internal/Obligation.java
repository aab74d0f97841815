package aem.core.internal;

/**
 * Something that a worker must do for another thread, and that can't be refused: a node of its {@link ObligationLane}.
 * Whoever owns the object makes sure that it stands in one lane at a time.
 */
abstract class Obligation {
    /** Written by the producer that comes after; read by the consumer. */
    volatile Obligation next;

    /** Runs on the worker's thread, between two steps of its duty cycle. */
    abstract void run(Worker worker);
}
