package aem.shell.internal;

import aem.api.EventDescriptor;

/** What a command did to an event; public fields for {@link Json}. */
final class Change {
    public final long event;
    public final String kind;
    public final String operation;
    public final String control;
    /** The value, or the event's state, just before; null if unknown. */
    public final String before;
    /** The new value; null if the control has none. */
    public final String after;

    Change(EventDescriptor event, String control, String before, String after) {
        this.event = event.id();
        this.kind = event.kind();
        this.operation = event.operation();
        this.control = control;
        this.before = before;
        this.after = after;
    }

    @Override
    public String toString() {
        String what = control;
        if (after != null) {
            what += (before == null ? "" : " " + before) + " -> " + after;
        } else if (before != null) {
            what += " (was " + before + ")";
        }
        return Table.printable("event " + event + " (" + kind + " " + operation + "): " + what);
    }
}
