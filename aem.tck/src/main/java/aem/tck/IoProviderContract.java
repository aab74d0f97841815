package aem.tck;

import aem.api.io.IoProvider;
import org.junit.jupiter.api.Nested;

/**
 * What every {@link IoProvider} must do, on real sockets of the loopback interface. A provider's test is one small
 * subclass in its own bundle.
 */
public abstract class IoProviderContract {
    /** The provider under test; asked for once before each test. */
    protected abstract IoProvider provider();

    /** Whether read, write, poll and an accept that finds nothing allocate no Java heap. */
    protected boolean allocationFree() {
        return true;
    }

    /**
     * Whether the system's own conditions come through: {@code ERROR} and {@code HANGUP} without being asked for, and the
     * pending error by {@code takeError}. java.nio shows neither.
     */
    protected boolean tellsSocketErrors() {
        return true;
    }

    @Nested
    class Listening extends IoListenContract {
        @Override
        IoProviderContract contract() {
            return IoProviderContract.this;
        }
    }

    @Nested
    class Connecting extends IoConnectContract {
        @Override
        IoProviderContract contract() {
            return IoProviderContract.this;
        }
    }

    @Nested
    class Transferring extends IoTransferContract {
        @Override
        IoProviderContract contract() {
            return IoProviderContract.this;
        }
    }

    @Nested
    class Ending extends IoEndContract {
        @Override
        IoProviderContract contract() {
            return IoProviderContract.this;
        }
    }

    @Nested
    class Readying extends IoReadinessContract {
        @Override
        IoProviderContract contract() {
            return IoProviderContract.this;
        }
    }

    @Nested
    class Watching extends IoWatchContract {
        @Override
        IoProviderContract contract() {
            return IoProviderContract.this;
        }
    }

    @Nested
    class Waking extends IoWakeupContract {
        @Override
        IoProviderContract contract() {
            return IoProviderContract.this;
        }
    }

    @Nested
    class Options extends IoOptionContract {
        @Override
        IoProviderContract contract() {
            return IoProviderContract.this;
        }
    }

    @Nested
    class Resources extends IoResourceContract {
        @Override
        IoProviderContract contract() {
            return IoProviderContract.this;
        }
    }
}
