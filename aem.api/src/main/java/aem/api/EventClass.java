package aem.api;

/** Who is refused first when the runtime is overloaded. */
public enum EventClass {
    /** May be refused as soon as there is overload. The default of events that bring new work. */
    REJECTABLE,
    /** Refused only when refusing every {@link #REJECTABLE} event did not help. */
    LAST_RESORT,
    /** Never refused. Events of established connections always behave so. */
    NEVER
}
