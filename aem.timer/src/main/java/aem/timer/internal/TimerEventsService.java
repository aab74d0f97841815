package aem.timer.internal;

import aem.api.AemProcess;
import aem.api.EventClass;
import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.job.Missed;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.SourceContext;
import aem.api.timer.TimerEvents;
import aem.api.timer.TimerHandler;
import java.time.Duration;
import java.util.Objects;

/** The API of this source: checks the arguments and registers. */
record TimerEventsService(SourceContext context) implements TimerEvents {
    @Override
    public EventDescriptor evtimer(AemProcess process, TimerHandler handler, Duration interval, EventFlag... flags) {
        return evtimer(process, handler, interval, Duration.ZERO, flags);
    }

    @Override
    public EventDescriptor evtimer(
            AemProcess process, TimerHandler handler, Duration interval, Duration period, EventFlag... flags) {
        return evtimer(process, handler, interval, period, Missed.FIRE_ALL, flags);
    }

    @Override
    public EventDescriptor evtimer(
            AemProcess process,
            TimerHandler handler,
            Duration interval,
            Duration period,
            Missed missed,
            EventFlag... flags) {
        Objects.requireNonNull(interval, "interval");
        Objects.requireNonNull(period, "period");
        Objects.requireNonNull(missed, "missed");
        JobSpec job = new JobSpec.Periodic(interval, period, missed);
        EventSpec spec = new EventSpec(process, handler, "timer", 0, EventClass.NEVER, flags, 1, job);
        long nowNs = System.nanoTime(); // before the deadline is set, so that nobody sees a timer fire early
        return context.register(spec, event -> event.word(TimerSource.REGISTERED_NS, nowNs));
    }
}
