package aem.api;

/**
 * How a child process ended.
 *
 * @param processId the child's id
 * @param name the child's name
 * @param reason how it ended
 * @param message what was thrown, for {@link Reason#FAILED}; otherwise empty
 */
public record ChildExit(long processId, String name, Reason reason, String message) {
    /** How a child process can end. */
    public enum Reason {
        /** Its handler returned, or somebody closed it. */
        NORMAL,
        /** Its handler threw. */
        FAILED,
        /** It was killed by an operator. */
        KILLED
    }
}
