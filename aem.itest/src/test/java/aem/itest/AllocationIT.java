package aem.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.inject.Inject;
import org.junit.Assume;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/**
 * The Java heap that workers take from poll to write: none, also without the compiler's help: {@code
 * AEM_JAVA_OPTS=-XX:-DoEscapeAnalysis ./aem test -Dit.test=AllocationIT}. On NIO the figure is printed only.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class AllocationIT {
    private static final int ECHOES = 1_000_000;
    private static final int WARM_UP = 300_000;
    private static final int CONNECTIONS = 32;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("AllocationIT").toAbsolutePath())};
    }

    @Test
    public void shouldAllocateNothingPerEcho() throws Exception {
        Aem aem = new Aem(context);
        List<EchoClient> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(new EchoClient(aem.echoPort(), i));
        }
        echo(clients, WARM_UP);
        long handledBefore = aem.runtime().ledger().handled;
        long bytesBefore = allocatedByWorkers();
        echo(clients, ECHOES);
        long bytes = allocatedByWorkers() - bytesBefore;
        assertEquals(ECHOES, aem.runtime().ledger().handled - handledBefore);
        for (EchoClient client : clients) {
            client.close();
        }
        String figure = String.format(
                Locale.ROOT,
                "%.3f bytes of heap per echo on the workers, over %,d; escape analysis: %s",
                (double) bytes / ECHOES,
                ECHOES,
                option("DoEscapeAnalysis"));
        System.out.println(figure);
        Files.writeString(Path.of("allocation.txt"), figure + System.lineSeparator());
        Assume.assumeFalse("nio".equals(context.getProperty("aem.io")));
        assertTrue(figure, bytes < ECHOES);
    }

    /** One message under way on each connection, so that each is an activation of its own. */
    private static void echo(List<EchoClient> clients, int count) throws IOException {
        byte[] message = clients.get(0).randomBytes(64);
        for (int i = 0; i < count / CONNECTIONS; i++) {
            message[0]++;
            for (EchoClient client : clients) {
                client.send(message);
            }
            for (EchoClient client : clients) {
                client.expect(message);
            }
        }
    }

    private static String option(String name) {
        return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption(name)
                .getValue();
    }

    private static long allocatedByWorkers() {
        long bytes = 0;
        for (long id : THREADS.getAllThreadIds()) {
            if (THREADS.getThreadInfo(id).getThreadName().startsWith("aem-worker-")) {
                bytes += THREADS.getThreadAllocatedBytes(id);
            }
        }
        return bytes;
    }
}
