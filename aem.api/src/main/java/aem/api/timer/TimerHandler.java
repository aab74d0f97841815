package aem.api.timer;

import aem.api.EventDescriptor;
import org.osgi.annotation.versioning.ConsumerType;

/** Called when a timer has expired (the slides' {@code h_timer(id, to)}). */
@FunctionalInterface
@ConsumerType
public interface TimerHandler {
    /**
     * @param event the timer event
     * @param elapsedNs since the registration, on the monotonic clock as the worker has read it right before this call
     * @throws Exception counted as a failed activation and reported; a periodic timer goes on
     */
    void onTimer(EventDescriptor event, long elapsedNs) throws Exception;
}
