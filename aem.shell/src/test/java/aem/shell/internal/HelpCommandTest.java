package aem.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpCommandTest {
    private final Gogo gogo = new Gogo(null);

    @AfterEach
    void close() {
        gogo.close();
    }

    @Test
    void shouldListEveryCommandAlsoWithoutARuntime() {
        assertEquals(
                Set.of(
                        "cancel", "conns", "events", "evctl", "help", "jobs", "ledger", "load", "mem", "move", "parts",
                        "ps", "reports", "sources", "top", "tree", "workers"),
                HelpCommand.commands().keySet());
        String help = gogo.out("aem:help");
        assertEquals(18, help.lines().count());
        assertTrue(help.contains("\naem:ps       shows the open processes, oldest first\n"), help);
    }

    @Test
    void shouldTellUsageOptionsAndColumns() {
        String help = gogo.out("aem:help events");
        assertTrue(help.startsWith("""
                        aem:events: shows the live events, oldest first
                        usage: aem:events [-j] [-p ID] [-k KIND] [EVENT...]
                          -j, --json        the DTOs as JSON, figures exact, in bytes and nanoseconds
                          -p, --process ID  only what belongs to the process with this id
                          -k, --kind KIND   only this kind of events, for example timer
                          [EVENT...]        only the events with these ids
                        columns
                          ID         the event, as aem:evctl and aem:cancel take it
                        """), help);
    }

    @Test
    void shouldTellTheColumnsOfEveryTable() {
        for (String name : HelpCommand.commands().keySet()) {
            String help = gogo.out("aem:help aem:" + name);
            assertTrue(help.startsWith("aem:" + name + ": "), help);
            assertEquals(
                    Views.BY_COMMAND.containsKey(name)
                            || help.contains("  EVENT")
                            || name.equals("move")
                            || name.equals("tree")
                            || name.equals("help"),
                    true,
                    help);
        }
        assertEquals(
                3, gogo.out("aem:help mem").lines().filter("columns"::equals).count());
    }

    @Test
    void shouldSayWhichCommandIsUnknown() {
        assertEquals("aem:help: no such command: evens\n", gogo.err("aem:help evens"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sources",
                "parts",
                "events",
                "jobs",
                "ps",
                "tree",
                "conns",
                "workers",
                "mem",
                "ledger",
                "reports",
                "load",
                "top",
                "evctl 5 suspend",
                "cancel 5"
            })
    void shouldSayInOneLineThatTheRuntimeIsAbsent(String line) {
        String name = line.split(" ")[0];
        assertEquals("aem:" + name + ": " + Console.ABSENT + "\n", gogo.err("aem:" + line));
    }
}
