package org.example.scheduler;

import aem.api.job.Scheduler;
import aem.api.job.SchedulerContext;
import aem.api.job.SchedulerProvider;
import aem.api.part.AemPart;
import aem.api.part.PartState;
import org.osgi.service.component.annotations.Component;

/** Another version of the scheduler. */
@Component(service = SchedulerProvider.class, property = "aem.part=scheduler")
@AemPart(part = "scheduler", kind = "scheduler", version = Tables.VERSION, adopts = "2..2")
public final class TurnsScheduler implements SchedulerProvider {
    @Override
    public Scheduler open(SchedulerContext context, PartState adopted) {
        return new Turns(context, adopted == null ? new Tables(context.nowNs()) : new Tables(adopted));
    }
}
