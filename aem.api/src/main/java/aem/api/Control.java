package aem.api;

import java.time.Duration;
import java.util.Locale;

/**
 * A change of a live event: the slides' {@code evctl(id, flag, argument)}, one record per control flag.
 *
 * <p>{@link #parse} reads the same from two words, which is what the shell command {@code aem:evctl} does.
 */
public sealed interface Control {
    /** The event's priority from its next activation on. See {@link Priority}. */
    record SetPriority(int priority) implements Control {
        public SetPriority {
            Priority.check(priority);
        }

        @Override
        public String toString() {
            return "priority " + priority;
        }
    }

    /** The event's class under overload. Refused for a lower class than {@code NEVER} on an established connection. */
    record SetClass(EventClass eventClass) implements Control {
        @Override
        public String toString() {
            return "class " + eventClass;
        }
    }

    /** Sets or clears a flag. */
    record SetFlag(EventFlag flag, boolean on) implements Control {
        @Override
        public String toString() {
            return flag + (on ? " on" : " off");
        }
    }

    /** The period of a periodic event; zero makes its next expiry the last. Refused for events without a timer. */
    record SetPeriod(Duration period) implements Control {
        public SetPeriod {
            if (period.isNegative()) {
                throw new IllegalArgumentException("period must not be negative: " + period);
            }
        }

        @Override
        public String toString() {
            return "period " + period;
        }
    }

    /** Stops watching; nothing is lost: bytes wait in the socket, an expiry waits for {@link Resume}. */
    record Suspend() implements Control {
        @Override
        public String toString() {
            return "suspend";
        }
    }

    /** Watches again. */
    record Resume() implements Control {
        @Override
        public String toString() {
            return "resume";
        }
    }

    /** A control that the event's source defines. */
    record Custom(String name, String value) implements Control {
        public Custom {
            if (name.isBlank()) {
                throw new IllegalArgumentException("a control needs a name");
            }
        }

        @Override
        public String toString() {
            return value == null ? name : name + " " + value;
        }
    }

    /**
     * Reads a control from its name and its argument, as typed in the shell: {@code priority HIGH}, {@code class NEVER},
     * {@code oneshot on}, {@code period 250ms}, {@code suspend}, {@code resume}. Any other name is a {@link Custom}
     * control.
     *
     * @param name the control's name, in any case
     * @param value its argument; null where there is none
     * @throws IllegalArgumentException if the argument does not fit; the message says what does
     */
    static Control parse(String name, String value) {
        String key = name.toLowerCase(Locale.ROOT);
        return switch (key) {
            case "suspend" -> none(key, value, new Suspend());
            case "resume" -> none(key, value, new Resume());
            case "priority" -> new SetPriority(Priority.parse(need(key, value)));
            case "class" -> new SetClass(constant(EventClass.class, key, need(key, value)));
            case "period" -> new SetPeriod(Durations.parse(need(key, value)));
            case "oneshot", "fork", "nocldwait" ->
                new SetFlag(constant(EventFlag.class, key, key), onOff(key, need(key, value)));
            default -> new Custom(key, value);
        };
    }

    private static Control none(String name, String value, Control control) {
        if (value != null) {
            throw new IllegalArgumentException("control " + name + " needs no argument: " + value);
        }
        return control;
    }

    private static String need(String name, String value) {
        if (value == null) {
            throw new IllegalArgumentException("control " + name + " needs an argument");
        }
        return value;
    }

    private static boolean onOff(String name, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "on", "true", "1" -> true;
            case "off", "false", "0" -> false;
            default -> throw new IllegalArgumentException("control " + name + " is on or off: " + value);
        };
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name, String value) {
        for (E e : type.getEnumConstants()) {
            if (e.name().equalsIgnoreCase(value)) {
                return e;
            }
        }
        throw new IllegalArgumentException(
                "control " + name + " is one of " + java.util.Arrays.toString(type.getEnumConstants()) + ": " + value);
    }
}
