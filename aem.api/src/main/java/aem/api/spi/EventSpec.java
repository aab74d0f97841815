package aem.api.spi;

import aem.api.AemProcess;
import aem.api.EventClass;
import aem.api.EventFlag;
import java.util.Objects;

/**
 * A registration, as a source hands it to the core.
 *
 * @param process who owns the event
 * @param handler the application's handler; the source casts it back in {@link EventSource#handle}
 * @param operation what is watched, for people: {@code read}
 * @param op the same for the source's own use
 * @param eventClass what may happen to it under overload
 * @param flags as the application gave them
 * @param words how many {@linkplain SourceEvent#word words} the event has, 0 to 8
 * @param job what makes its job run
 */
public record EventSpec(
        AemProcess process,
        Object handler,
        String operation,
        int op,
        EventClass eventClass,
        EventFlag[] flags,
        int words,
        JobSpec job) {
    public EventSpec {
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(eventClass, "eventClass");
        Objects.requireNonNull(job, "job");
        flags = flags.clone();
        if (words < 0 || words > 8) {
            throw new IllegalArgumentException("words must be from 0 to 8: " + words);
        }
    }
}
