package aem.socket.internal;

import aem.api.EventClass;
import aem.api.spi.Readiness;
import java.util.Locale;

/**
 * What can be watched on a socket. The order is part of the state that outlives this bundle: an event knows its operation
 * by {@link #ordinal()}; new ones are added at the end.
 */
enum Operation {
    ACCEPT(EventClass.REJECTABLE, Readiness.READ),
    CONNECT(EventClass.NEVER, Readiness.CONNECT),
    READ(EventClass.NEVER, Readiness.READ),
    ROOM(EventClass.NEVER, Readiness.ROOM),
    CLOSE(EventClass.NEVER, Readiness.CLOSE),
    SOCK(EventClass.NEVER, Readiness.STATE),
    READ_INTO(EventClass.NEVER, Readiness.READ);

    private static final Operation[] VALUES = values();

    final EventClass eventClass;
    final int interest;

    Operation(EventClass eventClass, int interest) {
        this.eventClass = eventClass;
        this.interest = interest;
    }

    static Operation of(int op) {
        return VALUES[op];
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
