package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import aem.api.AemProcess;
import aem.api.EventDescriptor;
import aem.api.EventState;
import aem.api.SourceAbsentException;
import aem.api.dto.SourceDTO;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.inject.Inject;
import org.example.load.api.LoadEvents;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** A new system call: a third party's event source is installed, used, replaced by a newer one and taken away. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class HotInstallIT {
    private static final Duration EVERY = Duration.ofMillis(2);

    @Inject
    private BundleContext context;

    private Aem aem;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {
            ExportedRuntime.runtime(Path.of("HotInstallIT").toAbsolutePath()), ExportedRuntime.testBundle("load-api")
        };
    }

    private SourceDTO source() {
        return aem.runtime().sources().stream()
                .filter(dto -> dto.kind.equals("load"))
                .findFirst()
                .orElse(null);
    }

    private static Bundle install(BundleContext context, String version) throws Exception {
        Path jar = ExportedRuntime.testBundles().resolve("aem.itest.bundles.load-" + version + ".jar");
        return context.installBundle(jar.toUri().toString());
    }

    private void absenceWait(String value) throws IOException {
        var config = context.getService(context.getServiceReference(ConfigurationAdmin.class))
                .getConfiguration("aem.core", null);
        config.update(new Hashtable<>(Map.of("aem.absence.wait", value)));
    }

    @Test
    public void shouldInstallUseReplaceAndRemoveAThirdPartysSource() throws Exception {
        aem = new Aem(context);
        aem.assertEchoWorks();
        assertNull(context.getServiceReference(LoadEvents.class));
        assertNull(source());
        Aem.Base base = aem.base();

        Bundle first = install(context, "1.0.0");
        first.start();
        LoadEvents loads = aem.service(LoadEvents.class);
        assertEquals("ACTIVE", source().state);
        assertEquals("aem.itest.bundles.load 1.0.0", source().bundle);

        AtomicInteger calls = new AtomicInteger();
        AtomicReference<Double> last = new AtomicReference<>(-1.0);
        AemProcess process = aem.processes().create("load-user");
        EventDescriptor event = loads.load(process, 0, EVERY, (e, load) -> {
            last.set(load);
            calls.incrementAndGet();
        });
        assertEquals("load", event.kind());
        Await.until("the handler is called", () -> calls.get() > 2);
        assertTrue("version 1 measures", last.get() < 1_000);
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        loaders.add(aem.loader("aem.itest.bundles.load"));

        first.uninstall();
        first = null;
        assertEquals("SUSPENDED", source().state);
        assertEquals(EventState.SUSPENDED, event.state());
        int before = calls.get();
        absenceWait("20ms");
        var absent = assertThrows(SourceAbsentException.class, () -> loads.load(process, 0, EVERY, (e, load) -> {}));
        assertTrue(absent.getMessage(), absent.getMessage().contains("no source of kind load is running"));
        assertEquals("nothing is called while the source is away", before, calls.get());

        Bundle second = install(context, "2.0.0");
        second.start();
        Await.until("the event goes on with version 2", () -> last.get() >= 1_000);
        assertEquals(2, source().generation);
        assertFalse(event.state() == EventState.SUSPENDED);

        // version 1 can't adopt what version 2 hands over: the events stay suspended, and somebody is told
        second.uninstall();
        Bundle old = install(context, "1.0.0");
        old.start();
        aem.awaitReport("load", "version 1 can't adopt version 2");
        assertEquals("SUSPENDED", source().state);
        old.uninstall();
        old = null;
        second = install(context, "2.0.0");
        second.start();
        int resumed = calls.get();
        Await.until("the event goes on again", () -> calls.get() > resumed);

        assertTrue(event.cancel());
        process.close();
        second.uninstall();
        second = null;
        aem.runtime().retire("load");
        assertNull(source());
        assertNull(context.getServiceReference(LoadEvents.class));
        Await.until("all class loaders of the source are gone", () -> {
            System.gc();
            return loaders.stream().allMatch(loader -> loader.get() == null);
        });
        aem.awaitBase(base);
        aem.assertBalanced();
        aem.assertEchoWorks();
    }
}
