package aem.io.nio.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "Connection reset, CONNECTION_RESET",
        "Connection reset by peer, CONNECTION_RESET",
        "An existing connection was forcibly closed by the remote host, CONNECTION_RESET",
        "Broken pipe, BROKEN_PIPE",
        "Connection refused, CONNECTION_REFUSED",
        "Connection refused: getsockopt, CONNECTION_REFUSED",
        "Software caused connection abort, CONNECTION_ABORTED",
        "Connection timed out, TIMED_OUT",
        "Operation timed out, TIMED_OUT",
        "No route to host, HOST_UNREACHABLE",
        "Host is down, HOST_UNREACHABLE",
        "Network is unreachable, NETWORK_UNREACHABLE",
        "Network is down, NETWORK_UNREACHABLE",
        "Address already in use, ADDRESS_IN_USE",
        "Address already in use: bind, ADDRESS_IN_USE",
        "Cannot assign requested address, ADDRESS_NOT_AVAILABLE",
        "Can't assign requested address, ADDRESS_NOT_AVAILABLE",
        "Permission denied, PERMISSION_DENIED",
        "Operation not permitted, PERMISSION_DENIED",
        "Too many open files, TOO_MANY_FILES",
        "Too many open files in system, TOO_MANY_FILES",
        "Cannot allocate memory, NO_MEMORY",
        "No buffer space available, NO_MEMORY",
        "Transport endpoint is not connected, NOT_CONNECTED",
        "Socket is not connected, NOT_CONNECTED",
        "Bad file descriptor, BAD_HANDLE"
    })
    void shouldKnowTheSystemsWords(String message, IoError error) {
        assertEquals(error, Errors.error(new SocketException(message), IoError.OTHER));
        assertEquals(error.toString(), Errors.text(new IOException(message)));
    }

    @Test
    void shouldGoByTheTypeWhereTheWordsAreOfAnotherLanguage() {
        assertEquals(
                IoError.CONNECTION_REFUSED,
                Errors.error(new ConnectException("Verbindungsaufbau abgelehnt"), IoError.OTHER));
        assertEquals(IoError.HOST_UNREACHABLE, Errors.error(new NoRouteToHostException("Keine Route"), IoError.OTHER));
        assertEquals(IoError.ADDRESS_IN_USE, Errors.error(new BindException("Adresse wird bereits benutzt"), null));
        assertEquals(IoError.BAD_HANDLE, Errors.error(new ClosedChannelException(), IoError.OTHER));
    }

    @Test
    void shouldGoByTheCallWhereNothingElseTells() {
        SocketException unknown = new SocketException("Datenübergabe unterbrochen (broken ...)");
        assertEquals(IoResult.of(IoError.BROKEN_PIPE), Errors.result(unknown, IoError.BROKEN_PIPE));
        assertEquals(IoError.OTHER, Errors.error(new IOException(), IoError.OTHER));
        assertEquals(
                "EIO (I/O error), java.io.IOException: something else", Errors.text(new IOException("something else")));
    }

    @Test
    void shouldTakeWhatHappenedToAConnectionBeforeItWasAcceptedForItsOwn() {
        assertEquals(
                IoResult.of(IoError.CONNECTION_ABORTED), Errors.acceptResult(new SocketException("Connection reset")));
        assertEquals(IoResult.of(IoError.TOO_MANY_FILES), Errors.acceptResult(new IOException("Too many open files")));
    }
}
