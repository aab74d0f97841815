package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SpinTest {
    private static final long POLL_NS = 500;
    private static final long MAX_NS = 50_000;

    private long nowNs = 1_000_000_000;
    private final Spin spin = new Spin(new SpinSettings(MAX_NS, 10), nowNs);
    private long spunNs;

    /**
     * Idles until work comes, which another processor sends after so long.
     *
     * @return whether it came while polling
     */
    private boolean idle(long afterNs) {
        long workNs = nowNs + afterNs;
        while (spin.pollsOn(nowNs)) {
            nowNs += POLL_NS;
            spunNs += POLL_NS;
            if (nowNs >= workNs) {
                spin.worked(nowNs);
                return true;
            }
        }
        nowNs = Math.max(nowNs, workNs);
        spin.worked(nowNs);
        return false;
    }

    /** The peer shares the processor: it runs only when this one blocks, or is interrupted by the system after 3 ms. */
    private void idleOnASharedProcessor() {
        long beganNs = nowNs;
        while (spin.pollsOn(nowNs)) {
            nowNs += POLL_NS;
            spunNs += POLL_NS;
            if (nowNs - beganNs >= 3_000_000) {
                nowNs += 5_000;
                break;
            }
        }
        nowNs += 5_000;
        spin.worked(nowNs);
    }

    @Test
    void shouldPollOnWhereWorkComesSoon() {
        for (int i = 0; i < 1000; i++) {
            assertTrue(idle(20_000), "message " + i);
        }
    }

    @Test
    void shouldBlockNearlyAlwaysOnASharedProcessor() {
        long beganNs = nowNs;
        for (int i = 0; i < 100_000; i++) {
            idleOnASharedProcessor();
        }
        assertTrue(spunNs * 100 < nowNs - beganNs, spunNs + " ns of " + (nowNs - beganNs) + " polled in vain");
    }

    @Test
    void shouldTakeWorkFoundAfterAGapForASignOfASharedProcessor() {
        assertTrue(idle(20_000), "polls as usual");
        assertTrue(spin.pollsOn(nowNs));
        nowNs += POLL_NS;
        assertTrue(spin.pollsOn(nowNs));
        nowNs += 10 * POLL_NS;
        spin.worked(nowNs);
        assertFalse(spin.pollsOn(nowNs), "it rests");
        nowNs += Spin.MIN_PAUSE_NS;
        assertTrue(spin.pollsOn(nowNs));
    }

    @Test
    void shouldLearnNothingFromWhatTheFirstPollFinds() {
        assertFalse(idle(MAX_NS * 2), "in vain: it rests");
        nowNs += Spin.MIN_PAUSE_NS;
        assertTrue(idle(POLL_NS), "at once");
        while (spin.pollsOn(nowNs)) {
            nowNs += POLL_NS; // in vain again
        }
        long restedNs = nowNs;
        while (!spin.pollsOn(nowNs)) {
            nowNs += POLL_NS;
        }
        assertTrue(nowNs - restedNs > Spin.MIN_PAUSE_NS, "it rests longer than the first time");
    }

    @Test
    void shouldNoticeAChangeWithin50Ms() {
        for (int i = 0; i < 10_000; i++) {
            idleOnASharedProcessor();
        }
        long changedNs = nowNs;
        while (!idle(20_000)) {
            assertTrue(nowNs - changedNs < 50_000_000, "not noticed");
        }
        assertTrue(idle(20_000), "and it stays so");
        spunNs = 0;
        for (int i = 0; i < 1000; i++) {
            idleOnASharedProcessor();
        }
        assertTrue(spunNs < 10 * MAX_NS, spunNs + " ns polled in vain after the change");
    }

    @Test
    void shouldStayWithinItsShareWhenWorkIsRare() {
        long beganNs = nowNs;
        for (int i = 0; i < 10_000; i++) {
            assertFalse(idle(1_000_000));
        }
        assertTrue(spunNs * 10 <= (nowNs - beganNs) + 10 * MAX_NS, spunNs + " of " + (nowNs - beganNs));
    }

    @Test
    void shouldPollAtMostAsLongAsSet() {
        long beganNs = nowNs;
        idle(MAX_NS * 10);
        assertEquals(MAX_NS, spunNs);
        assertEquals(beganNs + MAX_NS * 10, nowNs);
    }

    @Test
    void shouldBlockAtOnceIfSetSo() {
        spin.settings(SpinSettings.NONE);
        assertFalse(spin.pollsOn(nowNs));
    }
}
