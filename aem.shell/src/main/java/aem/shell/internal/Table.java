package aem.shell.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * A table of rows of one type: named columns in a fixed order, each with the text of its cells and what it means, so that
 * the printed table and its help can't differ.
 *
 * @param <T> a row
 */
final class Table<T> {
    /** One column. Figures stand at the right. */
    record Column<T>(String name, boolean right, Function<? super T, ?> cell, String meaning) {}

    private final List<Column<T>> columns;

    @SafeVarargs
    Table(Column<T>... columns) {
        List<Column<T>> list = new ArrayList<>();
        for (Column<T> column : columns) {
            list.add(column);
        }
        this.columns = List.copyOf(list);
    }

    static <T> Column<T> text(String name, Function<? super T, ?> cell, String meaning) {
        return new Column<>(name, false, cell, meaning);
    }

    static <T> Column<T> figure(String name, Function<? super T, ?> cell, String meaning) {
        return new Column<>(name, true, cell, meaning);
    }

    List<Column<T>> columns() {
        return columns;
    }

    /** The header and a line for each row, or {@code none}; every line ends with a line feed, none with a blank. */
    String layout(Collection<? extends T> rows) {
        List<String[]> lines = new ArrayList<>();
        lines.add(columns.stream().map(Column::name).toArray(String[]::new));
        for (T row : rows) {
            lines.add(columns.stream().map(c -> clean(c.cell().apply(row))).toArray(String[]::new));
        }
        int[] widths = new int[columns.size()];
        for (String[] line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(line[i]));
            }
        }
        StringBuilder out = new StringBuilder();
        lines.forEach(line -> append(out, line, widths));
        return rows.isEmpty() ? out.append("none\n").toString() : out.toString();
    }

    private void append(StringBuilder out, String[] line, int[] widths) {
        int start = out.length();
        for (int i = 0; i < line.length; i++) {
            String blanks = " ".repeat(widths[i] - width(line[i]));
            out.append(i == 0 ? "" : "  ");
            out.append(columns.get(i).right() ? blanks + line[i] : line[i] + blanks);
        }
        int end = out.length();
        while (end > start && out.charAt(end - 1) == ' ') {
            end--;
        }
        out.setLength(end);
        out.append('\n');
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    /** A cell is one line and can't steer the terminal: names and messages come from applications. */
    static String clean(Object cell) {
        String text = cell == null ? "" : cell.toString();
        return text.isEmpty() ? "-" : printable(text);
    }

    static String printable(String text) {
        return text.replaceAll("\\R+|\\t", " ").replaceAll("\\p{Cntrl}", "?").stripTrailing();
    }
}
