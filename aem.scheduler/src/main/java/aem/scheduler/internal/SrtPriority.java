package aem.scheduler.internal;

import java.util.Locale;

/** What {@code srt_priority} of a process is, of the priorities of its waiting activations. */
enum SrtPriority {
    /** As in the slides: a long queue of LOW adds up. */
    SUM,
    /** The greatest: a long queue of LOW stays LOW. */
    MAX;

    /** @throws IllegalArgumentException if it is neither; the message says what it may be */
    static SrtPriority parse(String text) {
        for (SrtPriority value : values()) {
            if (value.name().equalsIgnoreCase(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException("aem.scheduler.srt.priority must be sum or max: " + text);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
