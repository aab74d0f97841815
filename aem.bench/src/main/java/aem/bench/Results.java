package aem.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** All runs, with the conditions they ran under; as table and as CSV. */
final class Results {
    /**
     * What is measured.
     *
     * @param name as the CSV has it
     * @param heading in the table, or null: not there
     * @param digits behind the point
     */
    record Figure(String name, String heading, int digits) {}

    /** The circumstances of a run; each gets a table of its own. */
    record Setting(String title, Map<String, Integer> values) {}

    /** One rival measured once. */
    record Run(Setting setting, int round, Rival server, Map<String, Double> figures) {}

    private final Map<String, String> conditions;
    private final List<Figure> figures;
    private final Rival base;
    private final List<Run> runs = new ArrayList<>();

    /**
     * @param figures the ratios are those of the first one
     * @param base whom the others are held against
     */
    Results(Map<String, String> conditions, List<Figure> figures, Rival base) {
        this.conditions = conditions;
        this.figures = figures;
        this.base = base;
    }

    void add(Run run) {
        runs.add(run);
    }

    /** A figure of every run. */
    double[] all(String figure) {
        return runs.stream().mapToDouble(run -> run.figures.get(figure)).toArray();
    }

    /** The first figure divided by that of the base in the same round; NaN without one. */
    double ratio(Run run) {
        String name = figures.get(0).name;
        for (Run other : runs) {
            if (other.server == base && other.setting.equals(run.setting) && other.round == run.round) {
                return run.figures.get(name) / other.figures.get(name);
            }
        }
        return Double.NaN;
    }

    /** Medians over the rounds. */
    String markdown() {
        var text = new StringBuilder();
        conditions.forEach((key, value) ->
                text.append("- ").append(key).append(": ").append(value).append('\n'));
        List<Figure> columns = figures.stream().filter(f -> f.heading != null).toList();
        for (Setting setting : runs.stream().map(Run::setting).distinct().toList()) {
            text.append('\n').append(setting.title).append("\n\n").append(format("| %-20s ", ""));
            columns.forEach(f -> text.append("| ").append(f.heading).append(' '));
            text.append("| to ").append(base.label()).append(" | min to max |\n|---");
            text.append("|---:".repeat(columns.size() + 2)).append("|\n");
            for (Rival server : runs.stream().map(Run::server).distinct().toList()) {
                List<Run> of = runs.stream()
                        .filter(r -> r.setting.equals(setting) && r.server == server)
                        .toList();
                if (!of.isEmpty()) {
                    text.append(row(server, of, columns));
                }
            }
        }
        return text.toString();
    }

    private String row(Rival server, List<Run> of, List<Figure> columns) {
        var text = new StringBuilder(format("| %-20s ", server.label()));
        for (Figure f : columns) {
            String value = orDash(median(of, r -> r.figures.get(f.name)), f.digits);
            text.append(format("| %" + f.heading.length() + "s ", value));
        }
        double[] ratios = of.stream().mapToDouble(this::ratio).sorted().toArray();
        String least = orDash(ratios[0], 2);
        String most = orDash(ratios[ratios.length - 1], 2);
        return text.append(format("| %" + (3 + base.label().length()) + "s ", orDash(Stats.median(ratios), 2)))
                .append(format("| %10s |%n", least.equals("-") ? "-" : least + "-" + most))
                .toString();
    }

    private static double median(List<Run> of, ToDoubleFunction<Run> figure) {
        return Stats.median(of.stream().mapToDouble(figure).toArray());
    }

    private static String orDash(double value, int digits) {
        return Double.isNaN(value) ? "-" : format("%." + digits + "f", value);
    }

    /** Writes both files, and prints the table. */
    void keep(Path directory, String of, LocalDateTime when) throws IOException {
        Files.createDirectories(directory);
        String name = of + "-" + when.format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss"));
        Path csv = directory.resolve(name + ".csv");
        Files.writeString(csv, csv());
        Files.writeString(directory.resolve(name + ".md"), markdown());
        System.out.print(markdown());
        Bench.say("written: " + csv + ", .md");
    }

    /** Every run; the conditions stand above as comments. */
    String csv() {
        var text = new StringBuilder();
        conditions.forEach((key, value) ->
                text.append("# ").append(key).append(": ").append(value).append('\n'));
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            if (i == 0) {
                run.setting.values.keySet().forEach(name -> text.append(name).append(','));
                text.append("round,server,")
                        .append(figures.stream().map(Figure::name).collect(Collectors.joining(",")))
                        .append(",ratio\n");
            }
            run.setting.values.values().forEach(value -> text.append(value).append(','));
            text.append(run.round).append(',').append(run.server.id());
            figures.forEach(f -> text.append(',').append(orEmpty(run.figures.get(f.name))));
            text.append(',').append(orEmpty(ratio(run))).append('\n');
        }
        return text.toString();
    }

    private static String orEmpty(double value) {
        return Double.isNaN(value) ? "" : format("%.4f", value).replaceFirst("\\.?0+$", "");
    }

    private static String format(String format, Object... args) {
        return String.format(Locale.ROOT, format.replace("%n", "\n"), args);
    }
}
