package aem.api;

/**
 * Data was used by somebody who does not own it: after the handler returned, after {@code release()}, or on a thread
 * that it was not lent to. The message names the event and its process. No memory was touched. In debug mode
 * ({@code aem.memory.debug}) the {@linkplain #getSuppressed() suppressed exceptions} have the stacks of where the data was
 * lent, retained, returned or released.
 */
public class StaleDataException extends AemException {
    private static final long serialVersionUID = 1L;

    public StaleDataException(String message) {
        super(message);
    }
}
