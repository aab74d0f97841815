package aem.scheduler.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.job.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The automaton's figure in the documentation is made from its table. */
class JobFigureTest {
    private static final Path PAGE = Path.of("..", "docs", "scheduling.md");

    @Test
    void shouldBeInTheDocumentationAsTheTableSays() throws IOException {
        String figure = figure();
        assertTrue(Files.readString(PAGE).contains(figure), () -> PAGE + " must contain\n" + figure);
    }

    private static String figure() {
        StringBuilder text = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        text.append("    [*] --> WAITING: reactive\n    [*] --> IDLE: periodic\n");
        for (JobState from : JobState.values()) {
            for (JobState to : from.next()) {
                text.append("    ").append(from).append(" --> ").append(to).append('\n');
            }
            if (from.next().isEmpty()) {
                text.append("    ").append(from).append(" --> [*]\n");
            }
        }
        return text.append("```\n").toString();
    }
}
