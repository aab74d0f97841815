package aem.io.nio.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import aem.api.io.IoError;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class ErrorsTest {
    @Test
    void shouldTellErrorsByTextAndThenByType() {
        assertEquals(IoError.CONNECTION_RESET, Errors.of(new IOException("Connection reset by peer")));
        assertEquals(IoError.CONNECTION_RESET, Errors.of(new java.net.SocketException("Connection reset")));
        assertEquals(IoError.BROKEN_PIPE, Errors.of(new IOException("Broken pipe")));
        assertEquals(IoError.CONNECTION_REFUSED, Errors.of(new ConnectException("Connection refused")));
        assertEquals(IoError.CONNECTION_REFUSED, Errors.of(new ConnectException()));
        assertEquals(IoError.TIMED_OUT, Errors.of(new ConnectException("Connection timed out")));
        assertEquals(IoError.HOST_UNREACHABLE, Errors.of(new NoRouteToHostException("No route to host")));
        assertEquals(IoError.NETWORK_UNREACHABLE, Errors.of(new ConnectException("Network is unreachable")));
        assertEquals(IoError.ADDRESS_IN_USE, Errors.of(new BindException("Address already in use")));
        assertEquals(IoError.ADDRESS_NOT_AVAILABLE, Errors.of(new BindException("Cannot assign requested address")));
        assertEquals(IoError.PERMISSION_DENIED, Errors.of(new BindException("Permission denied")));
        assertEquals(IoError.TOO_MANY_FILES, Errors.of(new IOException("Too many open files")));
        assertEquals(IoError.NO_MEMORY, Errors.of(new IOException("No buffer space available")));
        assertEquals(IoError.BAD_HANDLE, Errors.of(new ClosedChannelException()));
        assertEquals(IoError.OTHER, Errors.of(new IOException("Protocol error")));
        assertEquals(IoError.OTHER, Errors.of(new IOException()));
    }

    @Test
    void shouldShowTheSystemsWordsWhereTheNameStandsForAnything() {
        assertEquals(IoError.OTHER + ": Protocol error", Errors.text(new IOException("Protocol error")));
        assertEquals(IoError.BROKEN_PIPE.toString(), Errors.text(new IOException("Broken pipe")));
    }
}
