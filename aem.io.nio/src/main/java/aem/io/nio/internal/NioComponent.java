package aem.io.nio.internal;

import aem.api.io.IoProvider;
import aem.api.part.AemPart;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;

/** The service. Disabled at first: {@link NioGate} enables it where it is wanted. */
@Component(
        name = NioComponent.NAME,
        service = IoProvider.class,
        enabled = false,
        property = {"aem.part=io", "aem.io=nio", "service.ranking:Integer=-10"})
@AemPart(part = "io", kind = "nio", version = 1, adopts = "1..1")
public final class NioComponent extends NioProvider {
    static final String NAME = "aem.io.nio";

    /** Configuration, PID {@code aem.io.nio}. */
    @interface Config {
        /** {@code aem.io.batch}: how many handles a poll reports at most; for pollers opened later. */
        int aem_io_batch() default 256;
    }

    @Activate
    public NioComponent(Config config) {
        super(config.aem_io_batch());
    }

    @Modified
    void modified(Config config) {
        batch(config.aem_io_batch());
    }
}
