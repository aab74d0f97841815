package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import aem.api.dto.PartDTO;
import aem.api.io.IoProvider;
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
import org.osgi.framework.InvalidSyntaxException;
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
        for (String part : List.of("scheduler", "memory", "io.epoll", "io.nio", "socket", "timer", "shell")) {
            assertEquals(part, 3, level("aem." + part));
        }
        assertEquals(10, level("aem.examples"));
    }

    @Test
    public void shouldServeWithTheIoProviderThatIsAskedFor() {
        Aem aem = new Aem(context);
        Await.until("a provider serves", () -> aem.runtime().parts().stream().anyMatch(RuntimeIT::isServingIo));
        assertTrue(aem.runtime().parts().stream()
                .filter(RuntimeIT::isServingIo)
                .allMatch(part -> part.bundle.startsWith(Aem.IO + " ")));
        assertEquals(1, providers());
    }

    private static boolean isServingIo(PartDTO part) {
        return part.part.equals("io") && part.state.equals("ACTIVE");
    }

    /** The other one stays aside: it could not go on with this one's sockets. */
    private int providers() {
        try {
            return context.getServiceReferences(IoProvider.class, null).size();
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
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
