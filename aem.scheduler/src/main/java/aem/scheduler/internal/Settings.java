package aem.scheduler.internal;

/**
 * What can be set, checked. A scheduler takes a new record over at the beginning of its next cycle.
 *
 * @param tickNs the wheel's resolution; another one makes a new wheel, which is filled in steps
 * @param expiriesPerCycle jobs made ready per cycle at most
 * @param jobsPerCycle ready periodic jobs run per cycle at most
 * @param handlersPerCycle handlers run per cycle at most
 * @param handlersPerCycleNs no further handler is begun after this time
 * @param inboxPerCycle entries of the inbox per cycle at most
 * @param hz of the load formula
 * @param cste the greatest {@code srt_base}, and the weight that earns the largest quantum
 * @param decay what a load of 1 takes from {@code srt_base}
 * @param quantumNs the largest slice; a handler that takes longer is reported
 * @param jobBoundNs a job that takes longer is reported
 * @param spin how an idle worker waits
 * @param shed what is overload
 * @param srtPriority what a process's activations weigh together; counts from the next epoch on
 */
record Settings(
        long tickNs,
        int expiriesPerCycle,
        int jobsPerCycle,
        int handlersPerCycle,
        long handlersPerCycleNs,
        int inboxPerCycle,
        int hz,
        int cste,
        double decay,
        long quantumNs,
        long jobBoundNs,
        SpinSettings spin,
        ShedSettings shed,
        SrtPriority srtPriority) {
    static final Settings DEFAULT = new Settings(
            1_000_000,
            4096,
            256,
            256,
            2_000_000,
            256,
            100,
            1000,
            1,
            20_000_000,
            5_000_000,
            SpinSettings.DEFAULT,
            ShedSettings.DEFAULT,
            SrtPriority.SUM);

    Settings {
        Limits.check("tick.ns", tickNs, 1_000, 1_000_000_000);
        Limits.check("expiries.per.cycle", expiriesPerCycle, 1, 1 << 20);
        Limits.check("jobs.per.cycle", jobsPerCycle, 1, 1 << 20);
        Limits.check("handlers.per.cycle", handlersPerCycle, 1, 1 << 20);
        Limits.check("handlers.per.cycle.ns", handlersPerCycleNs, 0, 1_000_000_000);
        Limits.check("inbox.per.cycle", inboxPerCycle, 1, 1 << 20);
        Limits.check("hz", hz, 1, 100_000);
        Limits.check("cste", cste, 1, 1_000_000);
        if (!(decay >= 0 && decay <= 1_000_000)) {
            throw new IllegalArgumentException("aem.scheduler.decay must be from 0 to 1000000: " + decay);
        }
        Limits.check("quantum.ns", quantumNs, 1_000, 20_000_000);
        Limits.check("job.bound.ns", jobBoundNs, 1_000, 60_000_000_000L);
    }
}
