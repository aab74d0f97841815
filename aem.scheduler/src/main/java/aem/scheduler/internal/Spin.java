package aem.scheduler.internal;

/**
 * Whether an idle worker polls on, or blocks. Across two processors polling on saves the wake-up of a sleeping one, which
 * is most of a round trip; on a processor that is shared with the peer it only keeps the peer from running.
 *
 * <p>Which case it is shows by itself: work that comes while the worker polls, poll after poll without a gap, was sent by
 * another processor. Work that is found after a gap was sent while the worker was off its processor: the two share it.
 * Work that the first poll finds tells nothing: the peer may have run before.
 * Polling that was in vain, or had such a gap, is not tried again for a while, which doubles each time up to {@link
 * #MAX_PAUSE_NS}; so a change of the case is noticed within that time, at a cost of {@code maxNs} in it.
 */
final class Spin {
    /** A poll that comes this many times later than usual comes after a gap: two changes of thread and the peer's work. */
    private static final int GAP_FACTOR = 4;

    private static final long MIN_USUAL_NS = 300;
    private static final int MEAN_SHIFT = 3;

    static final long MIN_PAUSE_NS = 50_000;
    static final long MAX_PAUSE_NS = 20_000_000;
    private static final long WINDOW_NS = 100_000_000;

    private SpinSettings settings;
    private boolean spinning;
    private boolean gap;
    /** The moving mean of the time from poll to poll. */
    private long usualNs = 1_000;

    private int polls;
    private long beganNs;
    private long polledNs;
    private long pauseNs;
    private long notBeforeNs;
    private long windowNs;
    private long vainNs;

    Spin(SpinSettings settings, long nowNs) {
        this.settings = settings;
        notBeforeNs = nowNs;
        windowNs = nowNs;
    }

    void settings(SpinSettings newSettings) {
        settings = newSettings;
    }

    /** There is nothing to do: whether to poll once more, rather than to block. */
    boolean pollsOn(long nowNs) {
        if (settings.maxNs() == 0) {
            return false;
        }
        if (!spinning) {
            return begins(nowNs);
        }
        gap |= isGap(nowNs);
        polledNs = nowNs;
        polls++;
        if (nowNs - beganNs < settings.maxNs()) {
            return true;
        }
        failed(nowNs);
        return false;
    }

    private boolean begins(long nowNs) {
        if (nowNs - notBeforeNs < 0) {
            return false;
        }
        if (nowNs - windowNs >= WINDOW_NS) {
            windowNs = nowNs;
            vainNs = 0;
        }
        if (vainNs >= WINDOW_NS / 100 * settings.sharePercent()) {
            return false;
        }
        spinning = true;
        gap = false;
        polls = 1;
        beganNs = nowNs;
        polledNs = nowNs;
        return true;
    }

    /** There was something to do. */
    void worked(long nowNs) {
        if (!spinning) {
            return;
        }
        if (polls == 1) {
            spinning = false;
        } else if (gap || isGap(nowNs)) {
            failed(nowNs);
        } else {
            spinning = false;
            pauseNs = 0;
        }
    }

    private boolean isGap(long nowNs) {
        long sinceNs = nowNs - polledNs;
        if (sinceNs > GAP_FACTOR * usualNs) {
            return true;
        }
        usualNs = Math.max(MIN_USUAL_NS, usualNs + (sinceNs - usualNs >> MEAN_SHIFT));
        return false;
    }

    private void failed(long nowNs) {
        spinning = false;
        vainNs += nowNs - beganNs;
        pauseNs = Math.min(MAX_PAUSE_NS, Math.max(MIN_PAUSE_NS, pauseNs * 2));
        notBeforeNs = nowNs + pauseNs;
    }
}
