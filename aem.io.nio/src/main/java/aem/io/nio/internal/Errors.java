package aem.io.nio.internal;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;

/** What java.nio throws as {@link IoError}: by type where there is one, otherwise by the system's text. */
final class Errors {
    private Errors() {}

    static IoError of(IOException thrown) {
        if (thrown instanceof ClosedChannelException) {
            return IoError.BAD_HANDLE;
        }
        String text = String.valueOf(thrown.getMessage()).toLowerCase(Locale.ROOT);
        IoError byText = byText(text);
        if (byText != IoError.OTHER) {
            return byText;
        }
        return switch (thrown) {
            case ConnectException e -> IoError.CONNECTION_REFUSED;
            case NoRouteToHostException e -> IoError.HOST_UNREACHABLE;
            case BindException e -> IoError.ADDRESS_NOT_AVAILABLE;
            default -> IoError.OTHER;
        };
    }

    private static IoError byText(String text) {
        if (text.contains("reset") || text.contains("forcibly closed")) {
            return IoError.CONNECTION_RESET;
        } else if (text.contains("broken pipe")) {
            return IoError.BROKEN_PIPE;
        } else if (text.contains("refused")) {
            return IoError.CONNECTION_REFUSED;
        } else if (text.contains("abort")) {
            return IoError.CONNECTION_ABORTED;
        } else if (text.contains("timed out")) {
            return IoError.TIMED_OUT;
        } else if (text.contains("no route") || text.contains("host is")) {
            return IoError.HOST_UNREACHABLE;
        } else if (text.contains("network is")) {
            return IoError.NETWORK_UNREACHABLE;
        } else if (text.contains("in use")) {
            return IoError.ADDRESS_IN_USE;
        } else if (text.contains("assign requested address") || text.contains("invalid local address")) {
            return IoError.ADDRESS_NOT_AVAILABLE;
        } else if (text.contains("permission denied")) {
            return IoError.PERMISSION_DENIED;
        } else if (text.contains("too many open files")) {
            return IoError.TOO_MANY_FILES;
        } else if (text.contains("buffer space") || text.contains("allocate memory")) {
            return IoError.NO_MEMORY;
        } else if (text.contains("not connected")) {
            return IoError.NOT_CONNECTED;
        }
        return IoError.OTHER;
    }

    static int result(IOException thrown) {
        return IoResult.of(of(thrown));
    }

    /** For people; with the system's own words where the name stands for anything. */
    static String text(IOException thrown) {
        IoError error = of(thrown);
        return error == IoError.OTHER ? error + ": " + thrown.getMessage() : error.toString();
    }
}
