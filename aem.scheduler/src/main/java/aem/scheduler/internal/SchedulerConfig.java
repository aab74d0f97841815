package aem.scheduler.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Configuration, PID {@code aem.scheduler}; keys begin with {@code aem.scheduler.}. See {@link Settings}. */
@ObjectClassDefinition(
        name = "AEM scheduler",
        description = "Duty cycle, timers and soft real time. A change counts from each worker's next cycle on.")
public @interface SchedulerConfig {
    @AttributeDefinition(
            name = "Tick, ns",
            description = "Resolution of timers. While a change is carried out, 4096 timers a cycle, some may be late.")
    long aem_scheduler_tick_ns() default 1_000_000;

    @AttributeDefinition(name = "Expiries per cycle", description = "Jobs that become ready in one cycle at most.")
    int aem_scheduler_expiries_per_cycle() default 4096;

    @AttributeDefinition(name = "Jobs per cycle", description = "Ready periodic jobs that run in one cycle at most.")
    int aem_scheduler_jobs_per_cycle() default 256;

    @AttributeDefinition(name = "Handlers per cycle", description = "Handlers that run in one cycle at most.")
    int aem_scheduler_handlers_per_cycle() default 256;

    @AttributeDefinition(name = "Handlers per cycle, ns", description = "After this time the cycle begins no handler.")
    long aem_scheduler_handlers_per_cycle_ns() default 2_000_000;

    @AttributeDefinition(name = "Inbox per cycle", description = "Entries of the inbox in one cycle at most.")
    int aem_scheduler_inbox_per_cycle() default 256;

    @AttributeDefinition(name = "Hz", description = "Time slices a second in the load formula.")
    int aem_scheduler_hz() default 100;

    @AttributeDefinition(name = "Cste", description = "Greatest srt_base, and the weight of the largest time slice.")
    int aem_scheduler_cste() default 1000;

    @AttributeDefinition(name = "Decay", description = "What a load of 1 takes from srt_base.")
    double aem_scheduler_decay() default 1;

    @AttributeDefinition(
            name = "srt_priority",
            description = "Of the priorities of a process's waiting activations: sum or max.",
            options = {@Option("sum"), @Option("max")})
    String aem_scheduler_srt_priority() default "sum";

    @AttributeDefinition(name = "Largest quantum, ns", description = "Of a process; also the bound of a handler.")
    long aem_scheduler_quantum_ns() default 20_000_000;

    @AttributeDefinition(name = "Bound of a job, ns", description = "A job that runs longer is reported.")
    long aem_scheduler_job_bound_ns() default 5_000_000;

    @AttributeDefinition(
            name = "Spin, ns",
            description = "How long an idle worker polls before it blocks, at most, where that pays. 0 = not at all.")
    long aem_scheduler_spin_ns() default 50_000;

    @AttributeDefinition(name = "Spin share, %", description = "Of a processor, for polling in vain, at most.")
    int aem_scheduler_spin_share_percent() default 10;

    @AttributeDefinition(
            name = "Shedding: target, ns",
            description = "A standing delay from activation to handler above this is overload. 0 = nothing is shed.")
    long aem_scheduler_shed_target_ns() default 100_000_000;

    @AttributeDefinition(name = "Shedding: interval, ns", description = "How long a delay must stand.")
    long aem_scheduler_shed_interval_ns() default 100_000_000;

    @AttributeDefinition(
            name = "Shedding: backlog",
            description = "More waiting activations of a worker than this are overload.")
    int aem_scheduler_shed_backlog() default 100_000;

    @AttributeDefinition(name = "Shedding: memory, %", description = "So much of a worker's memory in use is overload.")
    int aem_scheduler_shed_memory_percent() default 95;
}
