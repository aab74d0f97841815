package aem.io.epoll.internal;

import aem.api.io.IoProvider;
import aem.api.part.AemPart;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;

/** The service. Disabled at first, so that it is never offered where it can't work: {@link LinuxGate} enables it. */
@Component(
        name = EpollComponent.NAME,
        service = IoProvider.class,
        enabled = false,
        property = {"aem.part=io", "aem.io=epoll"})
@AemPart(part = "io", kind = "epoll", version = 1, adopts = "1..1")
public final class EpollComponent extends EpollProvider {
    static final String NAME = "aem.io.epoll";

    /** Configuration, PID {@code aem.io.epoll}. */
    @interface Config {
        /** {@code aem.io.batch}: how many handles a poll reports at most; for pollers opened later. */
        int aem_io_batch() default 256;
    }

    @Activate
    public EpollComponent(Config config) {
        super(config.aem_io_batch());
    }

    @Modified
    void modified(Config config) {
        batch(config.aem_io_batch());
    }
}
