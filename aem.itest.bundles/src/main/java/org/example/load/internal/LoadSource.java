package org.example.load.internal;

import aem.api.EventClass;
import aem.api.job.Missed;
import aem.api.part.PartState;
import aem.api.spi.EventSource;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.SourceContext;
import aem.api.spi.SourceEvent;
import java.util.List;
import java.util.Map;
import org.example.load.api.LoadEvents;
import org.example.load.api.LoadHandler;

/** What the versions have in common: a periodic job that compares the load with the threshold in the event's word. */
public abstract class LoadSource implements EventSource {
    private static final int THRESHOLD = 0;
    private static final int LOAD = 1;

    private final int version;

    protected LoadSource(int version) {
        this.version = version;
    }

    protected abstract double load();

    @Override
    public List<Class<?>> api() {
        return List.of(LoadEvents.class);
    }

    @Override
    public Object open(SourceContext context, PartState adopted) {
        if (adopted != null && adopted.version() > version) {
            throw new IllegalArgumentException("version " + version + " can't adopt version " + adopted.version());
        }
        LoadEvents events = (process, threshold, every, handler, flags) -> {
            if (!(threshold >= 0)) {
                throw new IllegalArgumentException("threshold must be 0 or more: " + threshold);
            }
            if (!every.isPositive()) {
                throw new IllegalArgumentException("every must be positive: " + every);
            }
            JobSpec job = new JobSpec.Periodic(every, every, Missed.FIRE_ONCE);
            EventSpec spec = new EventSpec(process, handler, "load", 0, EventClass.REJECTABLE, flags, 2, job);
            return context.register(spec, event -> event.word(THRESHOLD, Double.doubleToRawLongBits(threshold)));
        };
        return events;
    }

    @Override
    public int job(SourceEvent event, int expiries) {
        double load = load();
        event.word(LOAD, Double.doubleToRawLongBits(load));
        return load >= Double.longBitsToDouble(event.word(THRESHOLD)) ? 1 : 0;
    }

    @Override
    public void handle(SourceEvent event) throws Exception {
        ((LoadHandler) event.handler()).onLoad(event.descriptor(), Double.longBitsToDouble(event.word(LOAD)));
    }

    @Override
    public PartState suspend() {
        return new PartState("source.load", version, Map.of());
    }
}
