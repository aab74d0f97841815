package aem.itest.bundles.app;

import aem.api.AemProcess;
import aem.api.timer.TimerEvents;

/** A component that keeps its {@link TimerEvents} for ever. */
public interface TimerApp {
    AemProcess process();

    TimerEvents timers();
}
