package aem.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private final Table<Object[]> table = new Table<>(
            Table.figure("ID", r -> r[0], "a number"),
            Table.text("NAME", r -> r[1], "a name"),
            Table.text("END", r -> r[2], ""));

    @Test
    void shouldAlignTextLeftAndFiguresRightWithoutTrailingBlanks() {
        assertEquals(
                """
                  ID  NAME  END
                   7  a     x
                1234  long
                """.replace("long\n", "long  -\n"),
                table.layout(List.of(new Object[] {7, "a", "x"}, new Object[] {1234L, "long", ""})));
    }

    @Test
    void shouldPrintHeaderAndNoneWhenEmpty() {
        assertEquals("ID  NAME  END\nnone\n", table.layout(List.of()));
    }

    @Test
    void shouldKeepRowsOnOneLineAndTheTerminalSafe() {
        assertEquals(
                "ID  NAME       END\n -  a b?[31mc  -\n",
                table.layout(List.<Object[]>of(new Object[] {null, "a\r\nb\u001b[31mc", ""})));
    }

    @Test
    void shouldCountCharactersBeyondTheBasicPlaneOnce() {
        assertEquals(
                "ID  NAME  END\n 1  \ud83d\ude00     x\n",
                table.layout(List.<Object[]>of(new Object[] {1, "\ud83d\ude00", "x"})));
    }
}
