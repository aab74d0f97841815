package aem.itest.bundles.app.internal;

import aem.api.AemProcess;
import aem.api.AemProcesses;
import aem.api.timer.TimerEvents;
import aem.itest.bundles.app.TimerApp;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The same for timers: all references are static. */
@Component(service = TimerApp.class, immediate = true)
public final class TimerComponent implements TimerApp {
    private final AemProcess process;
    private final TimerEvents timers;

    @Activate
    public TimerComponent(
            @Reference AemProcesses processes,
            @Reference TimerEvents timers,
            @Reference(target = "(aem.itest.activations=timer)") AtomicInteger activations) {
        activations.incrementAndGet();
        this.timers = timers;
        process = processes.create("app-timer");
    }

    @Deactivate
    void stop() {
        process.close();
    }

    @Override
    public AemProcess process() {
        return process;
    }

    @Override
    public TimerEvents timers() {
        return timers;
    }
}
