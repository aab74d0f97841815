package aem.scheduler.internal;

import aem.api.job.Scheduler;
import aem.api.job.SchedulerContext;
import aem.api.job.SchedulerProvider;
import aem.api.part.AemPart;
import aem.api.part.PartState;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;

/** The service. A change of its configuration restarts nothing: schedulers take it over at their next cycle. */
@Component(name = SchedulerComponent.NAME, service = SchedulerProvider.class, property = "aem.part=scheduler")
@Designate(ocd = SchedulerConfig.class)
@AemPart(part = "scheduler", kind = "scheduler", version = WorkerScheduler.LAYOUT, adopts = "2..2")
public final class SchedulerComponent implements SchedulerProvider {
    static final String NAME = "aem.scheduler";

    private volatile Settings settings;

    /** @throws IllegalArgumentException if a value is out of range; the message names it and the limits */
    @Activate
    public SchedulerComponent(SchedulerConfig config) {
        settings = settings(config);
    }

    /** @throws IllegalArgumentException if a value is out of range; the settings then stay as they were */
    @Modified
    void modified(SchedulerConfig config) {
        settings = settings(config);
    }

    @Override
    public Scheduler open(SchedulerContext context, PartState adopted) {
        return adopted == null
                ? new WorkerScheduler(context, this::settings)
                : new WorkerScheduler(context, this::settings, adopted);
    }

    Settings settings() {
        return settings;
    }

    private static Settings settings(SchedulerConfig config) {
        return new Settings(
                config.aem_scheduler_tick_ns(),
                config.aem_scheduler_expiries_per_cycle(),
                config.aem_scheduler_jobs_per_cycle(),
                config.aem_scheduler_handlers_per_cycle(),
                config.aem_scheduler_handlers_per_cycle_ns(),
                config.aem_scheduler_inbox_per_cycle(),
                config.aem_scheduler_hz(),
                config.aem_scheduler_cste(),
                config.aem_scheduler_decay(),
                config.aem_scheduler_quantum_ns(),
                config.aem_scheduler_job_bound_ns(),
                new SpinSettings(config.aem_scheduler_spin_ns(), config.aem_scheduler_spin_share_percent()),
                new ShedSettings(
                        config.aem_scheduler_shed_target_ns(),
                        config.aem_scheduler_shed_interval_ns(),
                        config.aem_scheduler_shed_backlog(),
                        config.aem_scheduler_shed_memory_percent()),
                SrtPriority.parse(config.aem_scheduler_srt_priority()));
    }
}
