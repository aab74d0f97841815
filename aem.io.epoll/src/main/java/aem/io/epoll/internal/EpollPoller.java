package aem.io.epoll.internal;

import aem.api.io.IoHandle;
import aem.api.io.Poller;
import java.io.IOException;
import java.lang.ref.Reference;

/**
 * A level-triggered epoll instance and its eventfd. EPOLLRDHUP is not asked for: Linux reports EPOLLIN at FIN as well.
 */
final class EpollPoller implements Poller {
    /**
     * The data of the eventfd. A handle may have the same key: see {@link #isWakeup}.
     */
    static final long WAKEUP_KEY = 0x6165_6d77_616b_6575L;

    private static final long NS_PER_MS = 1_000_000;
    private static final int CLOSED = -1;

    private final Scratch scratch = ScratchPool.fresh();
    private final EpollEvents events;
    private final Wakeup wakeup;
    private int epollFd;
    private boolean waitsNs = EpollCalls.hasWaitNs();

    EpollPoller(int batch) throws IOException {
        events = new EpollEvents(batch);
        epollFd = EpollCalls.create(scratch);
        if (epollFd < 0) {
            throw new IOException("open a poller: epoll_create1: " + Errno.text(epollFd));
        }
        try {
            wakeup = new Wakeup(scratch);
        } catch (IOException e) {
            FileCalls.close(epollFd);
            throw new IOException("open a poller: " + e.getMessage(), e);
        }
        EpollEvents.set(scratch.argument, EpollCalls.EPOLLIN, WAKEUP_KEY);
        int result = EpollCalls.control(scratch, epollFd, EpollCalls.EPOLL_CTL_ADD, wakeup.fd());
        if (result < 0) {
            close();
            throw new IOException("open a poller: epoll_ctl: " + Errno.text(result));
        }
    }

    @Override
    public int add(IoHandle handle, int interest, long key) {
        return control(EpollCalls.EPOLL_CTL_ADD, handle, interest, key);
    }

    @Override
    public int modify(IoHandle handle, int interest, long key) {
        return control(EpollCalls.EPOLL_CTL_MOD, handle, interest, key);
    }

    @Override
    public void remove(IoHandle handle) {
        // the only errors are ENOENT and EBADF: it is not watched
        EpollCalls.control(scratch, epollFd, EpollCalls.EPOLL_CTL_DEL, handle.fd());
    }

    private int control(int operation, IoHandle handle, int interest, long key) {
        if ((interest & ~(IN | OUT)) != 0) {
            throw new IllegalArgumentException("interest must be IN, OUT, both or 0: " + interest);
        }
        EpollEvents.set(scratch.argument, toEpoll(interest), key);
        int result = EpollCalls.control(scratch, epollFd, operation, handle.fd());
        return result < 0 ? Errno.result(result) : 0;
    }

    @Override
    public int poll(long timeoutNs, Sink sink) {
        try {
            int count = await(timeoutNs);
            int reported = 0;
            for (int i = 0; i < count && epollFd != CLOSED; i++) {
                long key = events.data(i);
                int ready = events.events(i);
                if (!isWakeup(key, ready)) {
                    reported++;
                    sink.ready(key, fromEpoll(ready));
                }
            }
            return reported;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Whether this is the eventfd, and not a handle whose key happens to be the same: only reading it tells. If both are
     * ready the handle is missed this time; being level-triggered it is reported by the next poll.
     */
    private boolean isWakeup(long key, int ready) {
        return key == WAKEUP_KEY && ready == EpollCalls.EPOLLIN && wakeup.take(scratch);
    }

    private int await(long timeoutNs) {
        // the clock is read only where a signal could prolong the wait
        long startNs = timeoutNs > 0 ? System.nanoTime() : 0;
        int count = waitsNs && timeoutNs > 0
                ? EpollCalls.waitNs(scratch, epollFd, events.address(), events.count(), timeoutNs)
                : EpollCalls.waitMs(epollFd, events.address(), events.count(), toMsRoundedUp(timeoutNs));
        return count >= 0 ? count : awaitAgain(timeoutNs, startNs);
    }

    /** What failed is called again, for what is left of the time, and says why. */
    private int awaitAgain(long timeoutNs, long startNs) {
        while (true) {
            long leftNs = timeoutNs > 0 ? Math.max(0, timeoutNs - (System.nanoTime() - startNs)) : timeoutNs;
            boolean byNs = waitsNs && leftNs > 0;
            int count = byNs
                    ? EpollCalls.waitNsErrno(scratch, epollFd, events.address(), events.count(), leftNs)
                    : EpollCalls.waitMsErrno(scratch, epollFd, events.address(), events.count(), toMsRoundedUp(leftNs));
            if (count >= 0) {
                return count;
            }
            if (byNs && (count == -Errno.ENOSYS || count == -Errno.EPERM)) {
                waitsNs = false;
            } else if (count != -Errno.EINTR) {
                throw new IllegalStateException("poll: " + (epollFd == CLOSED ? "closed" : Errno.text(count)));
            }
        }
    }

    static int toMsRoundedUp(long timeoutNs) {
        if (timeoutNs < 0) {
            return -1;
        }
        long timeoutMs = timeoutNs / NS_PER_MS + (timeoutNs % NS_PER_MS == 0 ? 0 : 1);
        return (int) Math.min(Integer.MAX_VALUE, timeoutMs);
    }

    @Override
    public void wakeup() {
        wakeup.signal();
    }

    @Override
    public void close() {
        if (epollFd == CLOSED) {
            return;
        }
        int fd = epollFd;
        epollFd = CLOSED;
        FileCalls.close(fd);
        wakeup.close();
    }

    static int toEpoll(int interest) {
        return ((interest & IN) != 0 ? EpollCalls.EPOLLIN : 0) | ((interest & OUT) != 0 ? EpollCalls.EPOLLOUT : 0);
    }

    static int fromEpoll(int ready) {
        return ((ready & EpollCalls.EPOLLIN) != 0 ? IN : 0)
                | ((ready & EpollCalls.EPOLLOUT) != 0 ? OUT : 0)
                | ((ready & EpollCalls.EPOLLHUP) != 0 ? HANGUP : 0)
                | ((ready & EpollCalls.EPOLLERR) != 0 ? ERROR : 0);
    }
}
