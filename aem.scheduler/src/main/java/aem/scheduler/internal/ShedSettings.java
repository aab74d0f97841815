package aem.scheduler.internal;

/**
 * When {@link LoadControl} judges that there is overload.
 *
 * @param targetNs a standing delay from activation to handler above this is overload; 0 = nothing is ever shed
 * @param intervalNs how long a delay must stand
 * @param backlog more waiting activations of one worker than this are overload
 * @param memoryPercent so much of a worker's memory in use is overload
 */
record ShedSettings(long targetNs, long intervalNs, int backlog, int memoryPercent) {
    static final ShedSettings DEFAULT = new ShedSettings(100_000_000, 100_000_000, 100_000, 95);

    ShedSettings {
        Limits.check("shed.target.ns", targetNs, 0, 60_000_000_000L);
        Limits.check("shed.interval.ns", intervalNs, 1_000_000, 60_000_000_000L);
        Limits.check("shed.backlog", backlog, 1, Integer.MAX_VALUE);
        Limits.check("shed.memory.percent", memoryPercent, 1, 100);
    }
}
