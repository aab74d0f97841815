package aem.shell.internal;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON of DTOs: each public field under its own name, in its own unit. Collections have one element a line. */
final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {}

    static String of(Object value) {
        Json json = new Json();
        if (value instanceof Collection<?> rows && !rows.isEmpty()) {
            String before = "[\n";
            for (Object row : rows) {
                json.out.append(before);
                json.value(row);
                before = ",\n";
            }
            json.out.append("\n]");
        } else {
            json.value(value);
        }
        return json.out.append('\n').toString();
    }

    /** The public fields of an object, in the order of their declaration. */
    static Map<String, Object> fields(Object dto) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Field field : dto.getClass().getFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                try {
                    fields.put(field.getName(), field.get(dto));
                } catch (IllegalAccessException e) {
                    throw new IllegalArgumentException(
                            "no DTO: " + dto.getClass().getName(), e);
                }
            }
        }
        return fields;
    }

    private void value(Object value) {
        switch (value) {
            case null -> out.append("null");
            case Boolean b -> out.append(b);
            case Double d when !Double.isFinite(d) -> out.append("null");
            case Float f when !Float.isFinite(f) -> out.append("null");
            case Number n -> out.append(n);
            case CharSequence s -> string(s.toString());
            case Character c -> string(c.toString());
            case Enum<?> e -> string(e.name());
            case Map<?, ?> map -> object(map);
            case Collection<?> list -> array(list);
            case Object array
            when array.getClass().isArray() -> {
                List<Object> list = new ArrayList<>();
                for (int i = 0; i < Array.getLength(array); i++) {
                    list.add(Array.get(array, i));
                }
                array(list);
            }
            default -> object(fields(value));
        }
    }

    private void object(Map<?, ?> map) {
        String before = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(before);
            string(String.valueOf(entry.getKey()));
            out.append(':');
            value(entry.getValue());
            before = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    private void array(Collection<?> list) {
        String before = "[";
        for (Object element : list) {
            out.append(before);
            value(element);
            before = ",";
        }
        out.append(list.isEmpty() ? "[]" : "]");
    }

    /** Everything outside ASCII is escaped too: the console's encoding is not ours to know. */
    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || c > 0x7e) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
