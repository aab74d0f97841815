package aem.itest;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** Stop and start of each bundle of AEM leaves the framework sane. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DynamicsIT {
    @Inject
    private BundleContext context;

    private Aem aem;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("DynamicsIT").toAbsolutePath())};
    }

    @Test
    public void shouldBeAsBeforeAfterStopAndStartOfEachBundle() throws Exception {
        aem = new Aem(context);
        aem.assertEchoWorks();
        List<String> services = services();
        List<String> threads = Aem.threads();
        Aem.Base base = aem.base();
        // the parts first, then what all others stand on
        Stream<String> parts = Arrays.stream(context.getBundles())
                .map(Bundle::getSymbolicName)
                .filter(name -> name.startsWith("aem.") && !name.equals("aem.api") && !name.equals("aem.core"))
                .sorted();
        for (String name :
                Stream.concat(parts, Stream.of("aem.api", "aem.core")).toList()) {
            aem.stopAndStart(name);
            Await.until(
                    () -> "after " + name + " the services " + services + " are back; there are " + services(),
                    () -> services().equals(services));
            aem.assertEchoWorks();
            Await.until(
                    () -> "after " + name + " the threads are " + threads + "; there are " + Aem.threads(),
                    () -> Aem.threads().equals(threads));
            aem.awaitBase(base);
            aem.assertBalanced();
            aem.assertNoReports();
        }
    }

    @Test
    public void shouldLeaveNoThreadAndNoFileWhenTheCoreStops() throws Exception {
        aem = new Aem(context);
        aem.assertEchoWorks();
        Aem.Base base = aem.base();
        for (int i = 0; i < 5; i++) {
            Bundle core = aem.bundle("aem.core");
            core.stop();
            assertEquals(List.of(), Aem.threads());
            core.start();
            aem.assertEchoWorks();
        }
        aem.awaitBase(base);
    }

    /** What the bundles of AEM have registered, one line a service, sorted. */
    private List<String> services() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("aem."))
                .flatMap(bundle -> Stream.of(references(bundle))
                        .map(reference -> bundle.getSymbolicName() + " "
                                + List.of((String[]) reference.getProperty(Constants.OBJECTCLASS)) + " "
                                + reference.getProperty("aem.state")))
                .sorted()
                .toList();
    }

    private static ServiceReference<?>[] references(Bundle bundle) {
        ServiceReference<?>[] references = bundle.getRegisteredServices();
        return references == null ? new ServiceReference<?>[0] : references;
    }
}
