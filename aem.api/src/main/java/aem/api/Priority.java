package aem.api;

/**
 * Names for the usual event priorities (the slides' {@code JOB_LOW .. JOB_HIGH}). A priority is any number from
 * {@link #MIN} to {@link #MAX}; it is what an activated event adds to the weight of its process, so many activations of
 * a low priority add up.
 */
public enum Priority {
    LOW(1),
    NORMAL(8),
    HIGH(64);

    public static final int MIN = 1;
    public static final int MAX = 1024;

    private final int value;

    Priority(int value) {
        this.value = value;
    }

    public int value() {
        return value;
    }

    /**
     * Reads a name of this enum, in any case, or a number.
     *
     * @throws IllegalArgumentException if the text is neither, or the number is out of range
     */
    public static int parse(String text) {
        for (Priority p : values()) {
            if (p.name().equalsIgnoreCase(text)) {
                return p.value;
            }
        }
        try {
            return check(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "priority is LOW, NORMAL, HIGH or a number from " + MIN + " to " + MAX + ": " + text, e);
        }
    }

    /**
     * @return the priority
     * @throws IllegalArgumentException if it is below {@link #MIN} or above {@link #MAX}
     */
    public static int check(int priority) {
        if (priority < MIN || priority > MAX) {
            throw new IllegalArgumentException("priority must be from " + MIN + " to " + MAX + ": " + priority);
        }
        return priority;
    }
}
