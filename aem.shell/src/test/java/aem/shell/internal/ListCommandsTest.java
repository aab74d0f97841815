package aem.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.dto.ConnectionDTO;
import aem.api.dto.EventDTO;
import aem.api.dto.MemoryDTO;
import aem.api.dto.PartDTO;
import aem.api.dto.PoolDTO;
import aem.api.dto.ReportDTO;
import aem.api.dto.WorkerDTO;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListCommandsTest {
    private final Fakes.FakeRuntime runtime = new Fakes.FakeRuntime();
    private final Gogo gogo = new Gogo(runtime);

    @BeforeEach
    void aRuntimeWithTwoProcesses() {
        runtime.sources.add(Fakes.source("socket"));
        runtime.sources.add(Fakes.source("timer"));
        runtime.processes.add(Fakes.process(1, "echo", 0));
        runtime.processes.add(Fakes.process(2, "tick", 1));
        runtime.events.add(Fakes.event(5, "socket", "accept", 1, 0));
        runtime.events.add(Fakes.event(17, "socket", "read", 1, 5));
        EventDTO timer = Fakes.event(18, "timer", "periodic", 2, 0);
        timer.jobKind = "PERIODIC";
        timer.jobState = "AGEING";
        timer.ageNs = -3_000_000;
        timer.periodNs = 250_000_000;
        runtime.events.add(timer);
    }

    @AfterEach
    void close() {
        gogo.close();
    }

    @Test
    void shouldPrintSources() {
        assertEquals("""
                KIND    STATE   EVENTS  GEN  ID  BUNDLE            API     ABSENCE LOSES
                socket  ACTIVE       2    1  12  aem.socket 0.1.0  Events  -
                timer   ACTIVE       2    1  12  aem.timer 0.1.0   Events  -
                """, gogo.out("aem:sources"));
        assertTrue(gogo.out("aem:sources timer").endsWith("Events  -\n"));
        assertEquals("aem:sources: no such kind: tiger\n", gogo.err("aem:sources tiger timer"));
    }

    @Test
    void shouldPrintASuspendedPartWithoutABundle() {
        PartDTO part = new PartDTO();
        part.part = "memory";
        part.state = "SUSPENDED";
        part.bundle = "";
        runtime.parts.add(part);
        assertEquals("PART    STATE      GEN  ID  BUNDLE\nmemory  SUSPENDED    0   -  -\n", gogo.out("aem:parts"));
    }

    @Test
    void shouldPrintEvents() {
        assertEquals("""
                ID  KIND    OPERATION  STATE  PID  PROCESS  PARENT  CONN  WORKER  PRIO  CLASS       FLAGS  PENDING  ACTIVATED  HANDLED  FAILED
                 5  socket  accept     ARMED    1  echo          -     -       0     8  REJECTABLE  -            0          0        0       0
                17  socket  read       ARMED    1  echo          5     -       0     8  REJECTABLE  -            0          0        0       0
                18  timer   periodic   ARMED    2  echo          -     -       0     8  REJECTABLE  -            0          0        0       0
                """, gogo.out("aem:events"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-p 2", "--process 2", "-k timer", "--kind timer", "-p 02 -k timer", "18", "18 -k timer"})
    void shouldPickEvents(String options) {
        List<String> lines = gogo.out("aem:events " + options).lines().toList();
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(lines.get(1).startsWith("18  timer"), lines.toString());
    }

    @Test
    void shouldPrintHeaderAndNoneWhenNothingIsLeft() {
        assertTrue(gogo.out("aem:events -p 2 -k socket").endsWith("FAILED\nnone\n"));
        assertEquals("[]\n", gogo.out("aem:events -p 2 -k socket --json"));
        assertTrue(gogo.out("aem:workers").endsWith("REFUSED\nnone\n"));
    }

    @Test
    void shouldPrintJsonInOneLineAnEvent() {
        List<String> lines = gogo.out("aem:events -j").lines().toList();
        assertEquals(5, lines.size());
        assertTrue(lines.get(1).startsWith("{\"id\":5,\"kind\":\"socket\",\"operation\":\"accept\""), lines.get(1));
        assertTrue(lines.get(3).contains("\"ageNs\":-3000000,\"periodNs\":250000000"), lines.get(3));
    }

    @Test
    void shouldWorkInPipes() {
        assertEquals(1, gogo.out("aem:events | grep read").lines().count());
    }

    @Test
    void shouldRefuseWhatEventsDoesNotKnow() {
        assertEquals("aem:events: no open process 99\n", gogo.err("aem:events -p 99"));
        assertEquals("aem:events: not the id of a process: echo\n", gogo.err("aem:events -p echo"));
        assertEquals(
                "aem:events: no such kind: tiger; there are [socket, timer]\n", gogo.err("aem:events --kind tiger"));
        assertEquals("aem:events: no live event 4711\n", gogo.err("aem:events 17 4711"));
        assertEquals("aem:events: unknown option: --jsn\n", gogo.err("aem:events --jsn"));
        assertEquals("aem:events: no live event null\n", gogo.err("aem:events $unknown"));
    }

    @Test
    void shouldPrintJobs() {
        assertEquals("""
                EVENT  WATCHES         PID  PROCESS  JOB       STATE    WORKER  DUE IN  PERIOD
                    5  socket accept     1  echo     REACTIVE  WAITING       0       -       -
                   17  socket read       1  echo     REACTIVE  WAITING       0       -       -
                   18  timer periodic    2  echo     PERIODIC  AGEING        0    -3ms   250ms
                """, gogo.out("aem:jobs"));
        assertEquals(2, gogo.out("aem:jobs -k periodic").lines().count());
        assertEquals(2, gogo.out("aem:jobs --kind timer").lines().count());
        assertEquals(3, gogo.out("aem:jobs -k REACTIVE").lines().count());
        assertEquals("aem:jobs: no such kind: x; there are [socket, timer]\n", gogo.err("aem:jobs -k x"));
        assertEquals("aem:jobs: no live event 3\n", gogo.err("aem:jobs 3"));
    }

    @Test
    void shouldPrintProcesses() {
        assertEquals("""
                PID  NAME  OWNER         PARENT  WORKER  EVENTS  CONNS       MEMORY  PENDING  HANDLED  FAILED  TIME
                  1  echo  aem.examples       -       0   2/100      0  1.5KiB/1GiB        0        0       0  1.5s
                  2  tick  aem.examples       1       0   2/100      0  1.5KiB/1GiB        0        0       0  1.5s
                """, gogo.out("aem:ps"));
        assertEquals("aem:ps: no open process 3\n", gogo.err("aem:ps 3"));
    }

    @Test
    void shouldDrawTheTree() {
        EventDTO orphan = Fakes.event(30, "timer", "once", 1, 29);
        orphan.pending = 2;
        orphan.connectionId = 4;
        runtime.events.add(orphan);
        assertEquals("""
                process 1 echo (aem.examples, worker 0)
                |- event 5 socket accept ARMED
                |  `- event 17 socket read ARMED
                |- event 30 timer once ARMED connection 4 pending 2
                `- process 2 tick (aem.examples, worker 0)
                   `- event 18 timer periodic ARMED
                """, gogo.out("aem:tree"));
        assertEquals("""
                process 2 tick (aem.examples, worker 0)
                `- event 18 timer periodic ARMED
                """, gogo.out("aem:tree 2"));
        assertTrue(gogo.out("aem:tree 2 -j").startsWith("{\"processes\":[{\"id\":2,"));
        assertEquals("aem:tree: no open process 3\n", gogo.err("aem:tree 3"));
    }

    @Test
    void shouldDrawATreeOfAnyDepth() {
        runtime.events.clear();
        for (int id = 1; id <= 3_000; id++) {
            runtime.events.add(Fakes.event(id, "timer", "periodic", 1, id - 1));
        }
        assertEquals(3_002, gogo.out("aem:tree").lines().count());
        runtime.processes.clear();
        assertEquals("none\n", gogo.out("aem:tree"));
    }

    @Test
    void shouldPrintConnections() {
        ConnectionDTO listener = new ConnectionDTO();
        listener.id = 3;
        listener.processId = 1;
        listener.process = "echo";
        listener.state = "LISTENING";
        listener.local = "127.0.0.1:7007";
        listener.remote = "";
        listener.unsentLimitBytes = 1 << 20;
        listener.readBytes = 2048;
        runtime.connections.add(listener);
        assertEquals("""
                ID  STATE      PID  PROCESS  LOCAL           REMOTE  EVENTS   UNSENT  READ  WRITTEN
                 3  LISTENING    1  echo     127.0.0.1:7007  -            0  0B/1MiB  2KiB       0B
                """, gogo.out("aem:conns"));
        assertTrue(gogo.out("aem:conns -p 2").endsWith("\nnone\n"));
        assertEquals("aem:conns: no open connection 9\n", gogo.err("aem:conns 9"));
        assertEquals("aem:conns: no open process 9\n", gogo.err("aem:conns -p 9"));
    }

    @Test
    void shouldPrintWorkers() {
        WorkerDTO worker = new WorkerDTO();
        worker.thread = "aem-worker-0";
        worker.cycles = 123456;
        runtime.workers.add(worker);
        assertTrue(gogo.out("aem:workers").contains("\n     0  aem-worker-0  123456     0"));
        assertEquals("aem:workers: no answer from worker 7\n", gogo.err("aem:workers 7"));
    }

    @Test
    void shouldDrawFreeBlocksAsBars() {
        MemoryDTO memory = new MemoryDTO();
        memory.regions = 1;
        memory.regionBytes = 64 << 20;
        memory.freeBlocks = new long[] {1, 0, 80};
        memory.freeBytes = 20480;
        memory.scatteredBytes = 5120;
        memory.returnedBytes = 4096;
        PoolDTO pool = new PoolDTO();
        pool.pool = 1;
        pool.processId = 1;
        pool.process = "echo";
        pool.usedBytes = 64;
        pool.retainedBytes = 64;
        pool.quotaBytes = 1 << 20;
        memory.pools.add(pool);
        runtime.memory.add(memory);
        assertEquals("""
                WORKER  REGIONS   SIZE  USED  BLOCKS   FREE  RETURNED  SCATTERED  PEAK  ALLOCS  FREES  REFUSED  STALE
                     0        1  64MiB    0B       0  20KiB      4KiB        25%    0B       0      0        0      0

                pools
                PID  PROCESS  POOL      USED  BLOCKS  LENT  RETAINED  QUARANTINED  PEAK  REFUSED
                  1  echo        1  64B/1MiB       0    0B       64B           0B    0B        0

                free blocks
                ORDER  BLOCK  FREE  BYTES
                    0    64B     1    64B  #
                    1   128B     0     0B
                    2   256B    80  20KiB  ########################################
                """, gogo.out("aem:mem"));
        assertTrue(gogo.out("aem:mem 0 --json").contains("\"freeBlocks\":[1,0,80]"));
        assertEquals("aem:mem: no answer from worker 1\n", gogo.err("aem:mem 1"));
    }

    @Test
    void shouldPrintTheLedgerAndWhetherItBalances() {
        runtime.ledger.offered = 10;
        runtime.ledger.activated = 10;
        runtime.ledger.handled = 9;
        runtime.ledger.missing.add(2);
        String table = gogo.out("aem:ledger");
        assertTrue(table.startsWith("ACCOUNT     VALUE  MEANING\noffered        10  = refused + activated\n"), table);
        assertTrue(table.contains("\nbalanced       NO  whether"), table);
        assertTrue(table.contains("\nmissing       [2]  workers"), table);
        runtime.ledger.running = 1;
        assertTrue(gogo.out("aem:ledger").contains("\nbalanced      yes  whether"));
        assertTrue(gogo.out("aem:ledger -j").endsWith("\"missing\":[2],\"balanced\":true}\n"));
        assertEquals("aem:ledger: unexpected argument: x\n", gogo.err("aem:ledger x"));
    }

    @Test
    void shouldPrintReports() {
        assertEquals("LAST  FIRST  COUNT  MESSAGE\nnone\n", gogo.out("aem:reports"));
        ReportDTO report = new ReportDTO();
        report.message = "handler\nthrew";
        report.count = 3;
        runtime.reports.add(report);
        assertTrue(gogo.out("aem:reports").endsWith("      3  handler threw\n"));
        assertEquals("aem:reports: unknown option: -x\n", gogo.err("aem:reports -x"));
    }
}
