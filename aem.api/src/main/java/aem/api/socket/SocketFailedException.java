package aem.api.socket;

import aem.api.AemException;

/** A socket operation failed at the call. The message holds the operation, the address, and the errno. */
public class SocketFailedException extends AemException {
    private static final long serialVersionUID = 1L;

    public SocketFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
