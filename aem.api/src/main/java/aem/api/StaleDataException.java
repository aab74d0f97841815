package aem.api;

/**
 * Data was used by somebody who does not own it: after the handler returned, after {@code release()}, or on a thread
 * that it was not lent to. The message names the event and its process. No memory was touched.
 */
public class StaleDataException extends AemException {
    private static final long serialVersionUID = 1L;

    public StaleDataException(String message) {
        super(message);
    }
}
