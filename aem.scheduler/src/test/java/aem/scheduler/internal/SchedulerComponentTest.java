package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.job.JobKind;
import aem.api.job.Scheduler;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchedulerComponentTest {
    @Test
    void shouldHaveTheSameDefaultsInMetatypeAndSettings() {
        SchedulerComponent component = new SchedulerComponent(config(Map.of()));
        assertEquals(Settings.DEFAULT, component.settings());
    }

    @Test
    void shouldChangeSettingsOfOpenSchedulersLive() {
        SchedulerComponent component = new SchedulerComponent(config(Map.of("aem_scheduler_handlers_per_cycle", 2)));
        FakeContext context = new FakeContext();
        Scheduler scheduler = component.open(context, null);
        scheduler.addProcess(0);
        scheduler.addJob(0, 0, JobKind.REACTIVE, 1, EventClass.NEVER);
        scheduler.activate(0, 10);
        assertEquals(2, scheduler.doWork());
        component.modified(config(Map.of("aem_scheduler_handlers_per_cycle", 5)));
        assertEquals(5, scheduler.doWork());
        Scheduler next = component.open(context, scheduler.suspend());
        assertEquals(3, next.doWork());
    }

    @Test
    void shouldRefuseAValueOutOfRangeWithItsLimitsAndKeepTheSettings() {
        SchedulerComponent component = new SchedulerComponent(config(Map.of()));
        Exception e = assertThrows(
                IllegalArgumentException.class,
                () -> component.modified(config(Map.of("aem_scheduler_quantum_ns", 20_000_001L))));
        assertEquals("aem.scheduler.quantum.ns must be from 1000 to 20000000: 20000001", e.getMessage());
        assertEquals(Settings.DEFAULT, component.settings());
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> component.modified(config(Map.of("aem_scheduler_decay", Double.NaN))))
                .getMessage()
                .contains("NaN"));
    }

    /** The annotation type's defaults, and these values, as Declarative Services makes it. */
    private static SchedulerConfig config(Map<String, Object> values) {
        return (SchedulerConfig) Proxy.newProxyInstance(
                SchedulerConfig.class.getClassLoader(),
                new Class<?>[] {SchedulerConfig.class},
                (proxy, method, args) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }
}
