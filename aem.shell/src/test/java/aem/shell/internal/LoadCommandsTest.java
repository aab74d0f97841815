package aem.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.dto.ProcessDTO;
import aem.api.dto.WorkerDTO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadCommandsTest {
    private final Fakes.FakeRuntime runtime = new Fakes.FakeRuntime();
    private final Gogo gogo = new Gogo(runtime);

    @AfterEach
    void close() {
        gogo.close();
    }

    @Test
    void shouldShowLoadAndWhatIsRefused() {
        WorkerDTO worker = new WorkerDTO();
        worker.loadPerSecond = 12_000;
        worker.srtBase = 880;
        worker.delayNs = 7_500_000;
        worker.overloadLevel = 2;
        worker.shedRejectable = 4321;
        runtime.workers.add(worker);
        assertEquals("""
                WORKER  LOAD/S  SRT_BASE  EPOCHS  PENDING  DELAY  LEVEL  REJECTABLE  LAST_RESORT  OVERRUNS  DETACHED  CAME  WENT
                     0   12000       880       0        0  7.5ms      2        4321            0         0         0     0     0
                """, gogo.out("aem:load"));
        assertEquals("aem:load: no answer from worker 3\n", gogo.err("aem:load 3"));
        assertTrue(gogo.out("aem:load -j").contains("\"overloadLevel\":2"));
    }

    @Test
    void shouldShowTheGreatestUserFirst() {
        ProcessDTO small = Fakes.process(1, "small", 0);
        ProcessDTO great = Fakes.process(2, "great", 0);
        great.handlerNs = 3_000_000_000L;
        great.shedRejectable = 5;
        great.shedLastResort = 2;
        great.rejected = 70;
        great.blocked = true;
        runtime.processes.add(small);
        runtime.processes.add(great);
        assertEquals("""
                PID  NAME   WORKER  STATE    CPU  TIME  HANDLED  FAILED  PENDING  SHED  REJECTED
                  2  great       0  BLOCKED    -    3s        0       0        0     7        70
                  1  small       0  -          -  1.5s        0       0        0     0         0
                """, gogo.out("aem:top -i 0"));
    }

    @Test
    void shouldShowWhatWasDoneInTheInterval() {
        runtime.processes.add(Fakes.process(1, "echo", 0));
        String top = gogo.out("aem:top --interval 1");
        assertTrue(top.contains("\n  1  echo       0  -       0%   0ns "), top);
    }

    @Test
    void shouldRefuseAnIntervalOutOfRange() {
        assertEquals("aem:top: the interval must be from 0 to 60000 ms: -1\n", gogo.err("aem:top -i -1"));
        assertEquals("aem:top: the interval must be from 0 to 60000 ms: soon\n", gogo.err("aem:top -i soon"));
    }
}
