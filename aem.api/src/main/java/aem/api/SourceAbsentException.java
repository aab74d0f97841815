package aem.api;

/**
 * No event source (or other part) that could carry out the call is running, and none came within {@code
 * aem.absence.wait}. The call had no effect; it may be repeated.
 */
public class SourceAbsentException extends AemException {
    private static final long serialVersionUID = 1L;

    public SourceAbsentException(String message) {
        super(message);
    }
}
