package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import aem.api.Control;
import aem.api.EventFlag;
import aem.api.EventState;
import aem.api.job.Missed;
import aem.api.spi.JobSpec;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events of periodic jobs. */
@Timeout(60)
class TimerEventTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Rig rig = new Rig();
    private final CoreProcess process = rig.process();
    private int fired;

    @AfterEach
    void end() {
        rig.close();
    }

    @Test
    void shouldFireOnceAndEnd() {
        Event timer = rig.timer(process, HOUR, Duration.ZERO, e -> fired++);
        rig.step();
        rig.after(HOUR.dividedBy(2));
        assertEquals(0, fired);
        rig.after(HOUR.dividedBy(2));
        assertEquals(1, fired);
        assertEquals(EventState.ENDED, timer.state());
    }

    @Test
    void shouldFireForEachExpiryOfAStall() {
        Event timer = rig.timer(process, HOUR, HOUR, e -> fired++);
        rig.step();
        rig.after(HOUR.multipliedBy(5));
        assertEquals(5, fired);
        rig.after(HOUR);
        assertEquals(6, fired);
        assertEquals(EventState.ARMED, timer.state());
    }

    @Test
    void shouldFireOnceForAStallIfThatIsWanted() {
        rig.register(process, new JobSpec.Periodic(HOUR, HOUR, Missed.FIRE_ONCE), FakeSource.TIMER, e -> fired++);
        rig.step();
        rig.after(HOUR.multipliedBy(5));
        assertEquals(1, fired);
    }

    @Test
    void shouldFireAOneShotOnceHoweverManyExpiriesHavePassed() {
        Event timer = rig.timer(process, HOUR, HOUR, e -> fired++, EventFlag.ONESHOT);
        rig.step();
        rig.after(HOUR.multipliedBy(5));
        rig.after(HOUR);
        assertEquals(1, fired);
        assertEquals(1, rig.ledger().offered);
        assertEquals(EventState.ENDED, timer.state());
    }

    @Test
    void shouldNotTakeAnExpiryBack() {
        rig.timer(process, HOUR, HOUR, e -> {
            fired++;
            assertThrows(IllegalStateException.class, e::again);
        });
        rig.step();
        rig.after(HOUR);
        assertEquals(1, fired);
        assertEquals(0, rig.ledger().failed);
    }

    @Test
    void shouldFireWhatPassedWhileItWasSuspended() {
        Event timer = rig.timer(process, HOUR, Duration.ZERO, e -> fired++);
        rig.step();
        timer.control(new Control.Suspend());
        rig.step();
        rig.after(HOUR.multipliedBy(2));
        assertEquals(0, fired);
        assertEquals(EventState.SUSPENDED, timer.state());
        timer.control(new Control.Resume());
        rig.steps(2);
        assertEquals(1, fired);
        assertEquals(EventState.ENDED, timer.state());
    }

    @Test
    void shouldStopWhenItsPeriodBecomesZero() {
        Event timer = rig.timer(process, HOUR, HOUR, e -> fired++);
        rig.step();
        rig.after(HOUR);
        timer.control(new Control.SetPeriod(Duration.ZERO));
        rig.step();
        rig.after(HOUR.multipliedBy(3));
        assertEquals(2, fired, "the next expiry is the last");
        assertEquals(EventState.ENDED, timer.state());
    }

    @Test
    void shouldGoOnAfterAHandlerThatThrows() {
        Event timer = rig.timer(process, HOUR, HOUR, e -> {
            fired++;
            throw new IllegalStateException();
        });
        rig.step();
        rig.after(HOUR);
        rig.after(HOUR);
        assertEquals(2, fired);
        assertEquals(2, rig.ledger().failed);
        assertFalse(timer.isEnded());
    }

    @Test
    void shouldCancelItselfInTheMiddleOfItsExpiries() {
        Event[] timer = {null};
        timer[0] = rig.timer(process, HOUR, HOUR, e -> {
            fired++;
            timer[0].cancel();
        });
        rig.step();
        rig.after(HOUR.multipliedBy(5));
        assertEquals(1, fired);
        assertEquals(4, rig.ledger().cancelled);
    }
}
