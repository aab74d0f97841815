package aem.shell.internal;

import static aem.shell.internal.Console.print;
import static aem.shell.internal.Console.refuse;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Component;

/** Tells what the commands do, from the same annotations that Gogo's own {@code help} reads, and what their columns mean. */
@Component(
        service = HelpCommand.class,
        property = {"osgi.command.scope=aem", "osgi.command.function=help"})
public final class HelpCommand {
    private static final Table<String[]> NAMED =
            new Table<>(Table.text("", n -> n[0], "the name"), Table.text("", n -> n[1], "its meaning"));

    @Descriptor("shows what the commands of this scope do, or one of them with its columns")
    public void help(@Descriptor("[COMMAND...]: with or without aem:") String... names) {
        Map<String, Method> commands = commands();
        if (names.length == 0) {
            print("aem commands; aem:help COMMAND tells more\n"
                    + named(commands.entrySet().stream()
                            .map(c -> new String[] {"aem:" + c.getKey(), text(c.getValue())})
                            .toList()));
        }
        for (String word : Console.words(names)) {
            String name = word.startsWith("aem:") ? word.substring(4) : word;
            Method command = commands.get(name);
            if (command == null) {
                refuse("help", "no such command: " + word);
            } else {
                print(describe(name, command));
            }
        }
    }

    static Map<String, Method> commands() {
        Map<String, Method> commands = new TreeMap<>();
        Stream.of(
                        ListCommands.class,
                        RuntimeCommands.class,
                        LoadCommands.class,
                        ControlCommands.class,
                        HelpCommand.class)
                .flatMap(type -> Stream.of(type.getMethods()))
                .filter(method -> method.isAnnotationPresent(Descriptor.class))
                .forEach(method -> commands.put(method.getName(), method));
        return commands;
    }

    private static String describe(String name, Method command) {
        StringBuilder usage = new StringBuilder("usage: aem:" + name);
        List<String[]> rows = new ArrayList<>();
        for (java.lang.reflect.Parameter parameter : command.getParameters()) {
            Parameter option = parameter.getAnnotation(Parameter.class);
            String text = parameter.getAnnotation(Descriptor.class).value();
            boolean valued = option == null || option.presentValue().equals(Parameter.UNSPECIFIED);
            String value = valued ? text.substring(0, text.indexOf(':')) : "";
            String meaning = valued ? text.substring(text.indexOf(':') + 1).strip() : text;
            if (option != null) {
                String blankValue = value.isEmpty() ? "" : " " + value;
                usage.append(" [").append(option.names()[0]).append(blankValue).append(']');
                rows.add(new String[] {"  " + String.join(", ", option.names()) + blankValue, meaning});
            } else if (!value.isEmpty()) {
                usage.append(' ').append(value);
                rows.add(new String[] {"  " + value, meaning});
            }
        }
        StringBuilder out = new StringBuilder("aem:" + name + ": " + text(command) + "\n" + usage + "\n" + named(rows));
        for (Table<?> table : Views.BY_COMMAND.getOrDefault(name, List.of())) {
            out.append("columns\n")
                    .append(named(table.columns().stream()
                            .map(c -> new String[] {"  " + (c.name().isEmpty() ? "(bar)" : c.name()), c.meaning()})
                            .toList()));
        }
        return out.toString();
    }

    private static String text(Method command) {
        return command.getAnnotation(Descriptor.class).value();
    }

    /** Two columns without a header. */
    private static String named(List<String[]> rows) {
        String table = NAMED.layout(rows);
        return table.substring(table.indexOf('\n') + 1);
    }
}
