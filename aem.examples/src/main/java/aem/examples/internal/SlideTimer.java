package aem.examples.internal;

import aem.api.AemProcess;
import aem.api.AemProcesses;
import aem.api.EventDescriptor;
import aem.api.timer.TimerEvents;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The timer program of the slides ('Timer interface'). Starts with a configuration {@code aem.examples.slides.timer}; it
 * prints into the log.
 */
@Component(
        service = SlideTimer.class,
        immediate = true,
        configurationPid = "aem.examples.slides.timer",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SlideTimer.Config.class)
public final class SlideTimer {
    /** Configuration {@code aem.examples.slides.timer}. */
    @ObjectClassDefinition(name = "AEM example: the slides' timer program")
    public @interface Config {
        @AttributeDefinition(description = "Seconds to the first expiry", min = "0")
        long seconds() default 1;

        @AttributeDefinition(
                description = "Seconds between expiries, 0 = the first is the last, as in the slides",
                min = "0")
        long period() default 0;
    }

    private final AemProcess process;
    private final Logger log;

    // main ()
    @Activate
    public SlideTimer(
            Config config,
            @Reference AemProcesses processes,
            @Reference TimerEvents timers,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.log = log;
        process = processes.create("slides.timer");
        Duration interv = Duration.ofSeconds(config.seconds());
        Duration period = Duration.ofSeconds(config.period());
        Start.run(log, process, () -> timers.evtimer(process, this::hTimer, interv, period));
    }

    private void hTimer(EventDescriptor id, long toNs) {
        Duration to = Duration.ofNanos(toNs);
        log.info("Timer event desc. {}: {}s: {}ns", id.id(), to.getSeconds(), to.getNano());
    }

    @Deactivate
    void stop() {
        process.close();
    }
}
