package aem.scheduler.internal;

/**
 * How an idle worker waits.
 *
 * @param maxNs how long it polls before it blocks, at most; 0 = it blocks at once
 * @param sharePercent how much of a processor polling in vain may take at most
 */
record SpinSettings(long maxNs, int sharePercent) {
    static final SpinSettings DEFAULT = new SpinSettings(50_000, 10);
    static final SpinSettings NONE = new SpinSettings(0, 0);

    SpinSettings {
        Limits.check("spin.ns", maxNs, 0, 1_000_000_000);
        Limits.check("spin.share.percent", sharePercent, 0, 100);
    }
}
