package aem.itest;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** Scheduler, allocator and I/O provider go and come under the example echo's traffic. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SwapPartsIT {
    private static final int CYCLES = 30;
    private static final int CLIENTS = 6;
    /**
     * A worker sleeps in the scheduler's call of the poller: so the compiled code of that call is always on its stack, and
     * keeps those classes that were inlined when it was compiled. That is a constant, however many exchanges there are.
     */
    private static final int INLINED = 2;

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("SwapPartsIT").toAbsolutePath())};
    }

    @Test
    public void shouldLoseNoByteWhenTheSchedulerIsExchanged() throws Exception {
        exchangeUnderTraffic("aem.scheduler");
    }

    @Test
    public void shouldLoseNoByteWhenTheAllocatorIsExchanged() throws Exception {
        exchangeUnderTraffic("aem.memory");
    }

    @Test
    public void shouldLoseNoByteWhenTheIoProviderIsExchanged() throws Exception {
        exchangeUnderTraffic(Aem.IO);
    }

    @Test
    public void shouldLoseNoByteWhenAllAreAwayAtATime() throws Exception {
        Aem aem = new Aem(context);
        try (Traffic traffic = new Traffic(aem.echoPort(), CLIENTS)) {
            for (int i = 0; i < 5; i++) {
                for (String part : Aem.PARTS) {
                    aem.bundle(part).stop();
                }
                // in the same order: the source finds no I/O, the allocator no scheduler
                for (String part : Aem.PARTS) {
                    aem.bundle(part).start();
                }
                traffic.awaitProgress();
            }
        }
        aem.assertBalanced();
        aem.assertNoReports();
    }

    /** Ten times each: stop and start, update, uninstall and install. */
    private void exchangeUnderTraffic(String part) throws Exception {
        Aem aem = new Aem(context);
        int port = aem.echoPort();
        new Traffic(port, 1).close();
        Aem.Base base = aem.base();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (Traffic traffic = new Traffic(port, CLIENTS)) {
            for (int i = 0; i < CYCLES; i++) {
                loaders.add(aem.loader(part));
                aem.exchange(part, i);
                traffic.awaitProgress();
            }
            aem.awaitCollected(part, loaders, INLINED);
        }
        aem.awaitBase(base);
        aem.assertBalanced();
        aem.assertNoReports();
    }
}
