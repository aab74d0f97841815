package aem.core.internal;

import aem.api.spi.EventSource;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A kind of events on one worker: the source that serves it there, in one plain field, which the worker exchanges between
 * two duty cycles. All events of the kind reach their behaviour through this object, so an exchange costs the same for
 * one event as for ten million; only what happened meanwhile is made up for, one by one.
 */
final class KindSlot {
    EventSource source;
    /** In order; each once, and none that has ended. */
    private Set<Event> deferred = new LinkedHashSet<>();

    /** Remembers an event that something happened to while it could not be served. */
    void defer(Event event) {
        deferred.add(event);
    }

    /** The event was served, or has ended, or leaves; whether it was deferred. */
    boolean forget(Event event) {
        return deferred.remove(event);
    }

    int deferredEvents() {
        return deferred.size();
    }

    long countDeferred() {
        long count = 0;
        for (Event event : deferred) {
            count += event.deferredActivations();
        }
        return count;
    }

    /** Serves again what was deferred; what still can't be served is deferred once more. */
    void makeUp() {
        Set<Event> missed = deferred;
        deferred = new LinkedHashSet<>();
        for (Event event : missed) {
            event.makeUp();
        }
    }
}
