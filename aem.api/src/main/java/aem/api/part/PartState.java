package aem.api.part;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a part hands to its successor: named plain data with a version. Arrays are handed over by reference, so a
 * hand-over in the same layout costs the same for ten events as for ten million.
 *
 * <p>Allowed are boxed primitives, {@link String}, arrays of primitives, {@code String[]}, native {@link MemorySegment}s
 * of the core's own regions, and lists of these. Anything else is refused, because an object of the old bundle would pin
 * its class loader and could not be read in another JVM.
 *
 * @param part the part's kind: {@code scheduler}, {@code memory}, {@code io}, {@code source.timer}, ...
 * @param version the version of the layout; a successor says which versions it adopts
 * @param values the data by name; copied, in order
 */
public record PartState(String part, int version, Map<String, Object> values) {
    public PartState {
        Map<String, Object> copy = new LinkedHashMap<>();
        values.forEach((name, value) -> copy.put(name, plain(part, name, value)));
        values = java.util.Collections.unmodifiableMap(copy);
    }

    /**
     * The value with this name.
     *
     * @throws IllegalArgumentException if there is none, or it has another type; the message names part, value and type
     */
    public <T> T get(String name, Class<T> type) {
        Object value = values.get(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("state of " + part + " version " + version + ": " + name + " should be "
                    + type.getSimpleName() + ", is "
                    + (value == null ? "missing" : value.getClass().getSimpleName()));
        }
        return type.cast(value);
    }

    private static Object plain(String part, String name, Object value) {
        return switch (value) {
            case Boolean b -> b;
            case Character c -> c;
            case Byte b -> b;
            case Short s -> s;
            case Integer i -> i;
            case Long l -> l;
            case Float f -> f;
            case Double d -> d;
            case String s -> s;
            case boolean[] a -> a;
            case char[] a -> a;
            case byte[] a -> a;
            case short[] a -> a;
            case int[] a -> a;
            case long[] a -> a;
            case float[] a -> a;
            case double[] a -> a;
            case String[] a -> a;
            case MemorySegment s when s.isNative() -> s;
            case List<?> list -> list.stream().map(e -> plain(part, name, e)).toList();
            case null -> throw new IllegalArgumentException("state of " + part + ": " + name + " is null");
            default ->
                throw new IllegalArgumentException("state of " + part + ": " + name + " is not plain data: "
                        + value.getClass().getName());
        };
    }
}
