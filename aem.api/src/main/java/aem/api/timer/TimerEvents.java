package aem.api.timer;

import aem.api.AemProcess;
import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.job.Missed;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The slides' 'Timer interface': {@code evtimer(handler, flags, interval, period)}. The service stays the same object
 * while sources come and go; a timer's deadline runs on while its source is away, and what has passed then is fired when
 * it is back.
 *
 * <p>Any thread. A timer never fires early; it fires late by up to a tick of the dispatcher (1 ms) and by what its
 * process has to do before it. Throws as {@link aem.api.socket.SocketEvents} does, and {@link IllegalArgumentException}
 * for a negative duration.
 */
@ProviderType
public interface TimerEvents {
    /** Calls the handler once, after {@code interval}; then the event ends. */
    EventDescriptor evtimer(AemProcess process, TimerHandler handler, Duration interval, EventFlag... flags);

    /**
     * Calls the handler after {@code interval} and then every {@code period}, for each expiry once; the expiries lie on a
     * fixed grid, they do not drift.
     *
     * @param period zero = once
     */
    EventDescriptor evtimer(
            AemProcess process, TimerHandler handler, Duration interval, Duration period, EventFlag... flags);

    /** As before, and says what becomes of expiries that a stall has let pass. */
    EventDescriptor evtimer(
            AemProcess process,
            TimerHandler handler,
            Duration interval,
            Duration period,
            Missed missed,
            EventFlag... flags);
}
