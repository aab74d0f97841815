package aem.io.nio.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NioGateTest {
    @Test
    void shouldBeWantedWhereEpollIsNotOrIfAskedFor() {
        assertFalse(NioGate.isWanted(null, "Linux"));
        assertTrue(NioGate.isWanted(null, "Mac OS X"));
        assertTrue(NioGate.isWanted("nio", "Linux"));
        assertFalse(NioGate.isWanted("epoll", "Linux"));
    }
}
