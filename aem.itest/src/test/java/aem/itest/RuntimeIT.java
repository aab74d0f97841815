package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
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
import org.osgi.framework.BundleException;
import org.osgi.framework.startlevel.BundleStartLevel;

/** The runtime as exported comes up whole, and takes a bundle in and out. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class RuntimeIT {
    @Inject
    private BundleContext context;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("RuntimeIT").toAbsolutePath())};
    }

    @Test
    public void shouldHaveEveryBundleActiveAtItsLevel() {
        List<String> idle = Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getHeaders().get("Fragment-Host") == null)
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                .map(Bundle::toString)
                .toList();
        assertEquals(List.of(), idle);
        assertEquals(1, level("aem.api"));
        assertEquals(2, level("aem.core"));
        for (String part : List.of("scheduler", "memory", "io.epoll", "socket", "timer", "shell")) {
            assertEquals(part, 3, level("aem." + part));
        }
        assertEquals(10, level("aem.examples"));
    }

    @Test
    public void shouldTakeATestBundleInAndOut() throws BundleException, IOException {
        assertNull(context.getServiceReference(Supplier.class));
        Bundle hello = ExportedRuntime.install(context, "hello");
        hello.start();
        assertNotNull(context.getServiceReference(Supplier.class));
        assertEquals(
                "hello",
                context.getService(context.getServiceReference(Supplier.class)).get());
        hello.uninstall();
        assertNull(context.getServiceReference(Supplier.class));
    }

    private int level(String name) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not installed"))
                .adapt(BundleStartLevel.class)
                .getStartLevel();
    }
}
