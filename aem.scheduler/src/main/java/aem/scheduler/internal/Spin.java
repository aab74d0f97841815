package aem.scheduler.internal;

/**
 * Whether an idle worker polls on, or blocks. Across two processors polling on saves the wake-up of a sleeping one, which
 * is most of a round trip; on a processor that is shared with the peer it only keeps the peer from running.
 *
 * <p>Which case it is shows by itself: work that comes while the worker polls, poll after poll without a gap, was sent by
 * another processor. Work that is found after a gap was sent while the worker was off its processor: the two share it.
 * Polling that was in vain, or had such a gap, is not tried again for a while, which doubles each time up to {@link
 * #MAX_PAUSE_NS}; so a change of the case is noticed within that time, at a cost of {@code maxNs} in it.
 */
final class Spin {
    /** Polls follow each other within less than a microsecond. */
    static final long GAP_NS = 15_000;

    static final long MIN_PAUSE_NS = 50_000;
    static final long MAX_PAUSE_NS = 20_000_000;
    private static final long WINDOW_NS = 100_000_000;

    private SpinSettings settings;
    private boolean spinning;
    private boolean gap;
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
        gap |= nowNs - polledNs > GAP_NS;
        polledNs = nowNs;
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
        beganNs = nowNs;
        polledNs = nowNs;
        return true;
    }

    /** There was something to do. */
    void worked(long nowNs) {
        if (!spinning) {
            return;
        }
        if (gap || nowNs - polledNs > GAP_NS) {
            failed(nowNs);
        } else {
            spinning = false;
            pauseNs = 0;
        }
    }

    private void failed(long nowNs) {
        spinning = false;
        vainNs += nowNs - beganNs;
        pauseNs = Math.min(MAX_PAUSE_NS, Math.max(MIN_PAUSE_NS, pauseNs * 2));
        notBeforeNs = nowNs + pauseNs;
    }
}
