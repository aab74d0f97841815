package aem.tck;

import aem.api.io.IoHandle;

/** A handle that is plain data and nothing else. */
public final class TestHandle implements IoHandle {
    private int fd = -1;
    private Object channel;

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public void fd(int fd) {
        this.fd = fd;
    }

    @Override
    public Object channel() {
        return channel;
    }

    @Override
    public void channel(Object channel) {
        this.channel = channel;
    }

    /** Whether a provider has stored a socket here and not closed it. */
    public boolean isOpen() {
        return fd != -1 || channel != null;
    }
}
