package aem.api.spi;

import aem.api.job.Missed;
import java.time.Duration;

/** What makes an event's job run. */
public sealed interface JobSpec {
    /**
     * Woken by a handle.
     *
     * @param endpoint the handle
     * @param interest some of {@link Readiness}
     */
    record Reactive(Endpoint endpoint, int interest) implements JobSpec {
        public Reactive {
            if (interest == 0) {
                throw new IllegalArgumentException("a reactive job needs an interest");
            }
        }
    }

    /** Woken by {@link SourceEvent#wake()} alone. */
    record Woken() implements JobSpec {}

    /**
     * Run by the dispatcher.
     *
     * @param delay until the first expiry
     * @param period between expiries; zero = the first is the last, and the event ends when it is handled
     * @param missed what becomes of expiries that a stall has let pass
     */
    record Periodic(Duration delay, Duration period, Missed missed) implements JobSpec {
        public Periodic {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("interval must not be negative: " + delay);
            }
            if (period.isNegative()) {
                throw new IllegalArgumentException("period must not be negative: " + period);
            }
        }
    }
}
