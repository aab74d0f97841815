package org.example.load.v2;

import aem.api.part.AemPart;
import aem.api.spi.EventSource;
import java.lang.management.ManagementFactory;
import org.example.load.internal.LoadSource;
import org.osgi.service.component.annotations.Component;

/** The load is 1,000 and the number of threads, so that a test can tell it from version 1. */
@Component(service = EventSource.class, property = EventSource.KIND + "=load")
@AemPart(part = "source", kind = "load", version = 2, adopts = "1..2")
public final class LoadComponent extends LoadSource {
    public LoadComponent() {
        super(2);
    }

    @Override
    protected double load() {
        return 1_000 + ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
