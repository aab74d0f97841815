package aem.io.epoll.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrnoTest {
    /** As in asm-generic/errno-base.h and errno.h. */
    private static final Map<Integer, IoError> NUMBERS = Map.ofEntries(
            Map.entry(104, IoError.CONNECTION_RESET),
            Map.entry(32, IoError.BROKEN_PIPE),
            Map.entry(111, IoError.CONNECTION_REFUSED),
            Map.entry(103, IoError.CONNECTION_ABORTED),
            Map.entry(110, IoError.TIMED_OUT),
            Map.entry(113, IoError.HOST_UNREACHABLE),
            Map.entry(101, IoError.NETWORK_UNREACHABLE),
            Map.entry(98, IoError.ADDRESS_IN_USE),
            Map.entry(99, IoError.ADDRESS_NOT_AVAILABLE),
            Map.entry(13, IoError.PERMISSION_DENIED),
            Map.entry(24, IoError.TOO_MANY_FILES),
            Map.entry(12, IoError.NO_MEMORY),
            Map.entry(107, IoError.NOT_CONNECTED),
            Map.entry(9, IoError.BAD_HANDLE));

    @Test
    void shouldMapEachNumberToItsError() {
        NUMBERS.forEach((errno, error) -> assertEquals(error, Errno.error(errno), () -> "errno " + errno));
        assertEquals(IoError.values().length, NUMBERS.size() + 1, "all but OTHER");
    }

    @Test
    void shouldMapRelativesToTheSameError() {
        assertEquals(IoError.TOO_MANY_FILES, Errno.error(23), "ENFILE");
        assertEquals(IoError.NO_MEMORY, Errno.error(105), "ENOBUFS");
        assertEquals(IoError.NO_MEMORY, Errno.error(28), "ENOSPC");
        assertEquals(IoError.PERMISSION_DENIED, Errno.error(1), "EPERM");
        assertEquals(IoError.HOST_UNREACHABLE, Errno.error(112), "EHOSTDOWN");
        assertEquals(IoError.NETWORK_UNREACHABLE, Errno.error(100), "ENETDOWN");
        assertEquals(IoError.NETWORK_UNREACHABLE, Errno.error(64), "ENONET");
        assertEquals(IoError.CONNECTION_ABORTED, Errno.error(71), "EPROTO");
    }

    @Test
    void shouldMapAnyOtherNumberToOther() {
        assertEquals(IoError.OTHER, Errno.error(22), "EINVAL");
        assertEquals(IoError.OTHER, Errno.error(0));
        assertEquals(IoError.OTHER, Errno.error(-1));
        assertEquals(IoError.OTHER, Errno.error(4_095));
    }

    @Test
    void shouldTellEagainFromErrors() {
        assertEquals(IoResult.WOULD_BLOCK, Errno.result(-11));
        assertEquals(IoResult.WOULD_BLOCK, Errno.acceptResult(-11));
        NUMBERS.forEach((errno, error) -> assertEquals(IoResult.of(error), Errno.result(-errno)));
    }

    @Test
    void shouldTellErrorsOfTheConnectionFromThoseOfTheSystemAtAccept() {
        for (int errno : new int[] {100, 71, 112, 64, 113, 101, 103, 104, 110, 1}) {
            assertEquals(IoResult.of(IoError.CONNECTION_ABORTED), Errno.acceptResult(-errno), () -> "errno " + errno);
        }
        assertEquals(IoResult.of(IoError.TOO_MANY_FILES), Errno.acceptResult(-24));
        assertEquals(IoResult.of(IoError.TOO_MANY_FILES), Errno.acceptResult(-23));
        assertEquals(IoResult.of(IoError.NO_MEMORY), Errno.acceptResult(-105));
        assertEquals(IoResult.of(IoError.BAD_HANDLE), Errno.acceptResult(-9));
    }

    @Test
    void shouldShowTheNumberWhereTheNameStandsForAnother() {
        assertEquals("EADDRINUSE (Address already in use)", Errno.text(-98));
        assertEquals("EACCES (Permission denied)", Errno.text(-13));
        assertEquals("EACCES (Permission denied), errno 1", Errno.text(-1));
        assertEquals("EIO (I/O error), errno 22", Errno.text(-22));
        NUMBERS.forEach((errno, error) -> assertEquals(error.toString(), Errno.text(-errno)));
        assertNotEquals(IoError.TOO_MANY_FILES.toString(), Errno.text(-23));
    }
}
