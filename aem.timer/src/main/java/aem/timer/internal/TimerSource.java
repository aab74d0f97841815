package aem.timer.internal;

import aem.api.part.AemPart;
import aem.api.part.PartState;
import aem.api.spi.EventSource;
import aem.api.spi.SourceContext;
import aem.api.spi.SourceEvent;
import aem.api.timer.TimerEvents;
import aem.api.timer.TimerHandler;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * The event source of timers (slides: 'Timer interface', "Timers are based on periodic jobs"). Deadline and period are
 * the job's; the source only knows when a timer was registered.
 */
@Component(service = EventSource.class, property = EventSource.KIND + "=" + TimerSource.NAME)
@AemPart(part = "source", kind = TimerSource.NAME, version = TimerSource.STATE_VERSION, adopts = "1..1")
public final class TimerSource implements EventSource {
    static final String NAME = "timer";
    static final int STATE_VERSION = 1;
    /** The word that holds the monotonic time of the registration. */
    static final int REGISTERED_NS = 0;

    @Override
    public List<Class<?>> api() {
        return List.of(TimerEvents.class);
    }

    @Override
    public Object open(SourceContext context, PartState adopted) {
        if (adopted != null && adopted.version() != STATE_VERSION) {
            throw new IllegalArgumentException(
                    "state of version " + adopted.version() + " can't be adopted, only of version " + STATE_VERSION);
        }
        return new TimerEventsService(context);
    }

    /** Each expiry is an activation. */
    @Override
    public int job(SourceEvent event, int expiries) {
        return expiries;
    }

    @Override
    public void handle(SourceEvent event) throws Exception {
        long elapsedNs = event.nowNs() - event.word(REGISTERED_NS);
        ((TimerHandler) event.handler()).onTimer(event.descriptor(), elapsedNs);
    }

    @Override
    public PartState suspend() {
        return new PartState("source." + NAME, STATE_VERSION, Map.of());
    }
}
