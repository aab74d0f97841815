package aem.api.io;

/** What can go wrong with a socket, independent of the provider. */
public enum IoError {
    CONNECTION_RESET("ECONNRESET", "Connection reset by peer"),
    BROKEN_PIPE("EPIPE", "Broken pipe"),
    CONNECTION_REFUSED("ECONNREFUSED", "Connection refused"),
    CONNECTION_ABORTED("ECONNABORTED", "Connection aborted before it was accepted"),
    TIMED_OUT("ETIMEDOUT", "Connection timed out"),
    HOST_UNREACHABLE("EHOSTUNREACH", "No route to host"),
    NETWORK_UNREACHABLE("ENETUNREACH", "Network is unreachable"),
    ADDRESS_IN_USE("EADDRINUSE", "Address already in use"),
    ADDRESS_NOT_AVAILABLE("EADDRNOTAVAIL", "Cannot assign requested address"),
    PERMISSION_DENIED("EACCES", "Permission denied"),
    TOO_MANY_FILES("EMFILE", "Too many open files"),
    NO_MEMORY("ENOMEM", "Out of memory or socket buffers"),
    NOT_CONNECTED("ENOTCONN", "Socket is not connected"),
    BAD_HANDLE("EBADF", "The handle is closed"),
    OTHER("EIO", "I/O error");

    private final String errnoName;
    private final String text;

    IoError(String errnoName, String text) {
        this.errnoName = errnoName;
        this.text = text;
    }

    /** The name that Linux users know, for example {@code ECONNRESET}. */
    public String errnoName() {
        return errnoName;
    }

    /** For people: {@code ECONNRESET (Connection reset by peer)}. */
    @Override
    public String toString() {
        return errnoName + " (" + text + ")";
    }
}
