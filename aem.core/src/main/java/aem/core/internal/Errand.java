package aem.core.internal;

/**
 * An obligation of a process, carried out where the process lives. If it moves to another worker meanwhile, it follows,
 * and the order of what one thread has posted stays: see {@link Transfer}.
 */
abstract class Errand extends Obligation {
    final CoreProcess process;

    Errand(CoreProcess process) {
        this.process = process;
    }

    @Override
    final void run(Worker on) {
        if (process.isAt(on)) {
            carryOut(on);
        } else {
            process.hold(on, this);
        }
    }

    /** Runs on the thread of the process's worker, between two steps of its duty cycle. */
    abstract void carryOut(Worker on);
}
