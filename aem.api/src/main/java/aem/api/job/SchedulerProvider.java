package aem.api.job;

import aem.api.part.PartState;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The service of a scheduler bundle (property {@code aem.part=scheduler}). The core calls {@link #open} once for each
 * worker, on the thread of that worker, when the provider takes over; from then on the worker's thread does nothing but
 * call {@link Scheduler#doWork()} again and again.
 */
@ProviderType
public interface SchedulerProvider {
    /**
     * Opens the scheduler of one worker.
     *
     * @param context the core's side
     * @param adopted what the predecessor on this worker handed over; null on the first
     * @throws IllegalArgumentException if the state's version is none that this provider adopts; the core then keeps the
     *     state and reports it
     */
    Scheduler open(SchedulerContext context, PartState adopted);
}
