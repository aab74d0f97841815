package aem.api;

/** What the runtime throws at a call that it can't carry out. The message holds the value and the limit. */
public class AemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AemException(String message) {
        super(message);
    }

    public AemException(String message, Throwable cause) {
        super(message, cause);
    }
}
