package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The eventfd of a poller. Any thread may signal it, also while the poller closes it and afterwards: a write that came
 * after the close would go to whoever got the number next. So the descriptor is closed by the last of its users, which are
 * the poller and each signal under way, and a signal that finds no user left does nothing.
 */
final class Wakeup {
    private static final VarHandle USERS;

    static {
        try {
            USERS = MethodHandles.lookup().findVarHandle(Wakeup.class, "users", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What a signal adds. */
    private static final MemorySegment ONE = Arena.ofAuto().allocateFrom(JAVA_LONG, 1);

    private final int fd;

    private volatile int users = 1;

    Wakeup(Scratch scratch) throws IOException {
        fd = FileCalls.eventfd(scratch);
        if (fd < 0) {
            throw new IOException("eventfd: " + Errno.text(fd));
        }
    }

    /** For epoll_ctl, by the poller, before {@link #close}. */
    int fd() {
        return fd;
    }

    /** Any thread. */
    void signal() {
        int seen;
        do {
            seen = users;
            if (seen == 0) {
                return;
            }
        } while (!USERS.compareAndSet(this, seen, seen + 1));
        try {
            FileCalls.addToCounter(fd, ONE.address());
        } finally {
            release();
        }
    }

    /** Takes all signals; whether there were any. The poller only, before {@link #close}. */
    boolean take(Scratch scratch) {
        return FileCalls.takeCounter(fd, scratch.argumentAddress);
    }

    /** Once, by the poller. */
    void close() {
        release();
    }

    private void release() {
        if ((int) USERS.getAndAdd(this, -1) == 1) {
            FileCalls.close(fd);
        }
    }
}
