package aem.socket.internal;

import aem.api.io.IoResult;
import aem.api.spi.SourceEvent;

/**
 * What becomes of the connections that a refused accept event would have brought. A reset tells the peer at once, but costs
 * an accept and a close: so there is a bound for each listener, beyond which it rests until the window ends.
 *
 * @param resets whether they are reset; otherwise they wait in the listener's queue
 * @param resetsPerWindow of one listener at most
 */
record Shedding(boolean resets, int resetsPerWindow) {
    static final long WINDOW_NS = 100_000_000;

    private static final int WINDOWS_PER_SECOND = 10;
    /** Words of the event: the window's beginning, and the resets in it. */
    private static final int WINDOW = 0;

    private static final int RESETS = 1;

    static Shedding of(SocketConfig config) {
        boolean resets = switch (config.aem_socket_shed()) {
            case "reset" -> true;
            case "pause" -> false;
            default ->
                throw new IllegalArgumentException("aem.socket.shed is reset or pause: " + config.aem_socket_shed());
        };
        int perSecond = config.aem_socket_shed_resets_per_second();
        if (perSecond < WINDOWS_PER_SECOND) {
            throw new IllegalArgumentException(
                    "aem.socket.shed.resets.per.second must be " + WINDOWS_PER_SECOND + " or more: " + perSecond);
        }
        return new Shedding(resets, perSecond / WINDOWS_PER_SECOND);
    }

    /**
     * Refuses what waits, at most {@code most} connections.
     *
     * @return the result of the last accept: 0 if there may be more
     */
    int refuse(SourceEvent event, int most) {
        if (!resets) {
            event.endpoint().pauseNs(WINDOW_NS);
            return IoResult.WOULD_BLOCK;
        }
        long nowNs = event.nowNs();
        if (nowNs - event.word(WINDOW) >= WINDOW_NS) {
            event.word(WINDOW, nowNs);
            event.word(RESETS, 0);
        }
        for (int i = 0; i < most; i++) {
            if (event.word(RESETS) >= resetsPerWindow) {
                event.endpoint().pauseNs(Math.max(1, event.word(WINDOW) + WINDOW_NS - nowNs));
                return IoResult.WOULD_BLOCK;
            }
            int result = event.reject();
            if (result != 0) {
                return result;
            }
            event.word(RESETS, event.word(RESETS) + 1);
        }
        return 0;
    }
}
