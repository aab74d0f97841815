package org.example.load.v1;

import aem.api.part.AemPart;
import aem.api.spi.EventSource;
import java.lang.management.ManagementFactory;
import org.example.load.internal.LoadSource;
import org.osgi.service.component.annotations.Component;

/** The load is what the system says. */
@Component(service = EventSource.class, property = EventSource.KIND + "=load")
@AemPart(part = "source", kind = "load", version = 1, adopts = "1..1")
public final class LoadComponent extends LoadSource {
    public LoadComponent() {
        super(1);
    }

    @Override
    protected double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
