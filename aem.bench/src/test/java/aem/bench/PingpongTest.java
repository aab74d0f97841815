package aem.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import aem.bench.Bench.Failure;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short run with real processes; the C programs are compiled. */
class PingpongTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private final int first = Machine.processors().get(0);

    @TempDir
    Path directory;

    @BeforeEach
    void compilerIsThere() throws InterruptedException {
        assumeTrue(Machine.output(ROOT, "cc", "--version") != null, "no C compiler (cc)");
    }

    private static Options options() {
        return Options.parse(
                "pingpong",
                "--rounds 2 --messages 300 --warmup 100 --cores 1 --size 1,3000 --servers c-blocking,c-epoll,nio"
                        .split(" "));
    }

    @Test
    void everyServerIsMeasuredInEveryRound() throws Exception {
        try (var programs = new Programs(ROOT, directory, options())) {
            List<String> lines = Pingpong.measure(ROOT, options(), LocalDateTime.now(ZoneId.systemDefault()), programs)
                    .csv()
                    .lines()
                    .filter(l -> !l.startsWith("#"))
                    .toList();
            assertEquals("cores,size,round,server,p50_us", lines.get(0).substring(0, 30));
            assertEquals(1 + 2 * 2 * 3, lines.size());
        }
    }

    @Test
    void aServerThatDiesIsNamed() throws Exception {
        try (var programs = new Programs(ROOT, directory, options())) {
            Programs.Server server = programs.start(Contender.C_EPOLL, first);
            server.process().destroyForcibly().waitFor();
            Failure failure = assertThrows(Failure.class, () -> programs.client(first, server, 64, 0, 10));
            assertEquals("C, epoll ended with status 137", failure.getMessage());
        }
    }

    @Test
    void noServerOutlivesTheRun() throws Exception {
        var programs = new Programs(ROOT, directory, options());
        Process server;
        try (programs) {
            server = programs.start(Contender.C_BLOCKING, first).process();
            assertTrue(server.isAlive());
        }
        server.waitFor();
        assertFalse(server.isAlive());
    }
}
