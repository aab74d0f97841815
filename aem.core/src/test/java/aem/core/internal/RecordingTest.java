package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.Readiness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What JDK Flight Recorder is told. */
@Timeout(60)
class RecordingTest {
    @TempDir
    Path directory;

    private final Rig rig = new Rig();
    private final CoreProcess process = rig.process();
    private final jdk.jfr.Recording recording = new jdk.jfr.Recording();

    @AfterEach
    void end() {
        recording.close();
        rig.close();
    }

    private List<RecordedEvent> recorded(String name) throws IOException {
        Path file = directory.resolve("test.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }

    @Test
    void shouldRecordHandlers() throws IOException {
        recording.enable("aem.Handler").withThreshold(Duration.ZERO);
        recording.start();
        Event event = rig.woken(process, e -> {});
        Event throwing = rig.woken(process, e -> {
            throw new IllegalStateException("on purpose");
        });
        rig.step();
        event.wake();
        throwing.wake();
        rig.steps(3);
        List<RecordedEvent> found = recorded("aem.Handler");
        assertEquals(2, found.size());
        assertEquals(event.id, found.getFirst().getLong("event"));
        assertEquals("app", found.getFirst().getString("process"));
        assertEquals(
                List.of(false, true),
                found.stream().map(f -> f.getBoolean("threw")).toList());
    }

    @Test
    void shouldNotRecordShortHandlersByDefault() throws IOException {
        recording.enable("aem.Handler");
        recording.start();
        Event event = rig.woken(process, e -> {});
        rig.step();
        event.wake();
        rig.steps(3);
        assertEquals(1, rig.ledger().handled);
        assertEquals(List.of(), recorded("aem.Handler"));
    }

    @Test
    void shouldMakeNothingWhileNobodyRecords() {
        assertNull(rig.core.recording.handlerBegins());
    }

    @Test
    void shouldRecordBlocks() throws IOException {
        recording.enable("aem.Block");
        recording.start();
        CoreConnection connection = rig.connected(process);
        rig.on(connection, Readiness.READ, e -> e.receive());
        rig.steps(2);
        FakeIo.socket(connection).arrive("hello");
        rig.steps(2);
        List<RecordedEvent> found = recorded("aem.Block");
        assertEquals(
                List.of(true, false),
                found.stream().map(f -> f.getBoolean("taken")).toList());
        assertEquals(512, found.getFirst().getInt("size"));
    }

    @Test
    void shouldRecordWhatIsShed() throws IOException {
        recording.enable("aem.Shed");
        recording.start();
        Event event = (Event) rig.source.context.register(
                new EventSpec(
                        process,
                        (FakeSource.Script) e -> {},
                        "op",
                        0,
                        EventClass.REJECTABLE,
                        new aem.api.EventFlag[0],
                        0,
                        new JobSpec.Woken()),
                null);
        rig.step();
        rig.scheduler.overloaded = true;
        event.wake();
        rig.steps(2);
        List<RecordedEvent> found = recorded("aem.Shed");
        assertEquals(1, found.size());
        assertEquals("REJECTABLE", found.getFirst().getString("eventClass"));
    }

    @Test
    void shouldRecordExchanges() throws IOException {
        recording.enable("aem.Exchange");
        recording.start();
        rig.stopMemory();
        rig.startMemory(1);
        List<RecordedEvent> found = recorded("aem.Exchange");
        assertEquals(
                List.of("memory ends", "memory begins"),
                found.stream().map(f -> f.getString("what")).toList());
    }

    @Test
    void shouldRecordOverruns() throws IOException {
        recording.enable("aem.Overrun");
        recording.start();
        Event event = rig.woken(process, e -> {});
        rig.step();
        rig.atHome(() -> rig.worker.overrun(event.slot(), 30_000_000, 20_000_000));
        List<RecordedEvent> found = recorded("aem.Overrun");
        assertEquals(30_000_000, found.getFirst().getDuration("took").toNanos());
        assertTrue(found.getFirst().getString("who").contains("event " + event.id));
    }
}
