package aem.itest;

import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.inject.Inject;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** JDK Flight Recorder sees the runtime's events, though their classes are a bundle's. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class RecordingIT {
    @Inject
    private BundleContext context;

    @Configuration
    public Option[] runtime() throws IOException {
        return new Option[] {ExportedRuntime.runtime(Path.of("RecordingIT").toAbsolutePath())};
    }

    @Test
    public void shouldRecordHandlersAndExchanges() throws Exception {
        Aem aem = new Aem(context);
        aem.echoPort();
        Path file = Path.of("RecordingIT", "test.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("aem.Handler").withThreshold(Duration.ZERO);
            recording.enable("aem.Exchange");
            recording.start();
            aem.assertEchoWorks();
            aem.stopAndStart("aem.memory");
            aem.assertEchoWorks();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertTrue(events.stream()
                .anyMatch(event -> event.getEventType().getName().equals("aem.Handler")
                        && event.getString("process").equals("echo")
                        && event.getString("operation").equals("read")));
        assertTrue(events.stream()
                .anyMatch(event -> event.getEventType().getName().equals("aem.Exchange")
                        && event.getString("what").equals("memory begins")));
        aem.assertNoReports();
    }
}
