package aem.scheduler.internal;

/** Apart from {@link Settings}, whose defaults need those of its parts, which are checked too. */
final class Limits {
    private Limits() {}

    /** @throws IllegalArgumentException that names the setting, the limits and the value */
    static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "aem.scheduler." + name + " must be from " + min + " to " + max + ": " + value);
        }
    }
}
