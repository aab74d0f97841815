package aem.io.nio.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NioGateTest {
    @Test
    void shouldKnowWhereEpollWorks() {
        assertTrue(NioGate.epollWorks("Linux", 8));
        assertFalse(NioGate.epollWorks("Linux", 4), "as on a Raspberry Pi with a 32-bit system");
        assertFalse(NioGate.epollWorks("Mac OS X", 8));
        assertFalse(NioGate.epollWorks("Windows 11", 8));
    }
}
