package aem.io.nio.internal;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.util.Locale;

/**
 * The JDK's exceptions as {@link IoError}. It tells few errors apart by type; the rest stands in the message, which is the
 * system's own text, on Linux and macOS that of strerror(3), on Windows the JDK's. A text that is not known, as in another
 * language, means what the type or the call says.
 */
final class Errors {
    private record Text(String part, IoError error) {}

    /** In lower case. The first that the message contains counts. */
    private static final Text[] TEXTS = {
        new Text("reset", IoError.CONNECTION_RESET),
        new Text("forcibly closed", IoError.CONNECTION_RESET), // Windows
        new Text("broken pipe", IoError.BROKEN_PIPE),
        new Text("refused", IoError.CONNECTION_REFUSED),
        new Text("abort", IoError.CONNECTION_ABORTED),
        new Text("timed out", IoError.TIMED_OUT),
        new Text("no route to host", IoError.HOST_UNREACHABLE),
        new Text("host is unreachable", IoError.HOST_UNREACHABLE),
        new Text("host unreachable", IoError.HOST_UNREACHABLE),
        new Text("host is down", IoError.HOST_UNREACHABLE),
        new Text("network is unreachable", IoError.NETWORK_UNREACHABLE),
        new Text("network is down", IoError.NETWORK_UNREACHABLE),
        new Text("unreachable network", IoError.NETWORK_UNREACHABLE), // Windows
        new Text("in use", IoError.ADDRESS_IN_USE),
        new Text("assign requested address", IoError.ADDRESS_NOT_AVAILABLE),
        new Text("invalid local address", IoError.ADDRESS_NOT_AVAILABLE), // Windows
        new Text("permission denied", IoError.PERMISSION_DENIED),
        new Text("not permitted", IoError.PERMISSION_DENIED),
        new Text("too many open files", IoError.TOO_MANY_FILES),
        new Text("cannot allocate memory", IoError.NO_MEMORY),
        new Text("buffer space", IoError.NO_MEMORY),
        new Text("not connected", IoError.NOT_CONNECTED),
        new Text("bad file descriptor", IoError.BAD_HANDLE),
    };

    private Errors() {}

    /**
     * What an exception means to the core.
     *
     * @param otherwise what the call's exceptions mostly mean
     */
    static IoError error(Exception e, IoError otherwise) {
        if (e instanceof ClosedChannelException || e instanceof ClosedSelectorException) {
            return IoError.BAD_HANDLE;
        }
        if (e.getMessage() != null) {
            String message = e.getMessage().toLowerCase(Locale.ROOT);
            for (Text text : TEXTS) {
                if (message.contains(text.part)) {
                    return text.error;
                }
            }
        }
        return switch (e) {
            case ConnectException refused -> IoError.CONNECTION_REFUSED;
            case NoRouteToHostException unreachable -> IoError.HOST_UNREACHABLE;
            case BindException inUse -> IoError.ADDRESS_IN_USE;
            default -> otherwise;
        };
    }

    static int result(Exception e, IoError otherwise) {
        return IoResult.of(error(e, otherwise));
    }

    /** The same for accept, which also tells what happened to the connection meanwhile: the listener is well. */
    static int acceptResult(Exception e) {
        IoError error = error(e, IoError.OTHER);
        return IoResult.of(
                switch (error) {
                    case CONNECTION_RESET,
                            CONNECTION_REFUSED,
                            TIMED_OUT,
                            HOST_UNREACHABLE,
                            NETWORK_UNREACHABLE,
                            PERMISSION_DENIED -> IoError.CONNECTION_ABORTED;
                    default -> error;
                });
    }

    /** For people: {@code EADDRINUSE (Address already in use)}; with the JDK's words where these are not known. */
    static String text(Exception e) {
        IoError error = error(e, IoError.OTHER);
        return error == IoError.OTHER ? error + ", " + e : error.toString();
    }
}
