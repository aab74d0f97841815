package aem.scheduler.internal;

/** How many handlers the last second has seen. */
final class Load {
    private static final long SECOND_NS = 1_000_000_000L;

    private long beginNs;
    private long handlers;
    private long perSecond;
    private long lastNs;

    Load(long nowNs) {
        beginNs = nowNs;
        lastNs = nowNs;
    }

    Load(long[] figures) {
        beginNs = figures[0];
        handlers = figures[1];
        perSecond = figures[2];
        lastNs = figures[3];
    }

    long[] save() {
        return new long[] {beginNs, handlers, perSecond, lastNs};
    }

    void add(int count, long endNs) {
        handlers += count;
        lastNs = endNs;
    }

    /** Begins a new second if the current one is over; true if so. */
    boolean roll(long nowNs) {
        long elapsedNs = nowNs - beginNs;
        if (elapsedNs < SECOND_NS) {
            return false;
        }
        perSecond = nowNs - lastNs >= SECOND_NS ? 0 : Math.round((double) handlers * SECOND_NS / elapsedNs);
        beginNs = nowNs;
        handlers = 0;
        return true;
    }

    long perSecond() {
        return perSecond;
    }
}
