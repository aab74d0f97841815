package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The functions of the C library for epoll. A result below 0 is the negated errno, unless said otherwise. */
final class EpollCalls {
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;
    static final int EPOLLIN = 1;
    static final int EPOLLOUT = 4;
    static final int EPOLLERR = 8;
    static final int EPOLLHUP = 16;

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final long NULL = 0;
    private static final long NS_PER_S = 1_000_000_000L;

    private static final String PWAIT2_NAME = "epoll_pwait2";
    private static final FunctionDescriptor CTL_TYPE =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final FunctionDescriptor WAIT_TYPE =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor PWAIT2_TYPE =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle CREATE1 =
            Native.function("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle CTL = Native.plainFunction("epoll_ctl", CTL_TYPE);
    private static final MethodHandle CTL_ERRNO = Native.function("epoll_ctl", CTL_TYPE);
    private static final MethodHandle WAIT = Native.plainFunction("epoll_wait", WAIT_TYPE);
    private static final MethodHandle WAIT_ERRNO = Native.function("epoll_wait", WAIT_TYPE);

    /** null: a C library older than glibc 2.35, or musl. */
    private static final MethodHandle PWAIT2_ERRNO = pwait2Errno().orElse(null);

    private static final MethodHandle PWAIT2 =
            PWAIT2_ERRNO == null ? null : Native.plainFunction(PWAIT2_NAME, PWAIT2_TYPE);

    private EpollCalls() {}

    private static Optional<MethodHandle> pwait2Errno() {
        return Native.optionalFunction(PWAIT2_NAME, PWAIT2_TYPE);
    }

    /** Whether {@link #waitNs} can be called. The kernel may still refuse it. */
    static boolean hasWaitNs() {
        return PWAIT2 != null;
    }

    static int create(Scratch scratch) {
        try {
            int fd = (int) CREATE1.invokeExact(scratch.capture, EPOLL_CLOEXEC);
            return fd < 0 ? -scratch.errno() : fd;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** The epoll_event stands in the scratch's argument. A call that failed fails again in the same way. */
    static int control(Scratch scratch, int epollFd, int operation, int fd) {
        try {
            int result = (int) CTL.invokeExact(epollFd, operation, fd, scratch.argumentAddress);
            if (result < 0) {
                result = (int) CTL_ERRNO.invokeExact(scratch.capture, epollFd, operation, fd, scratch.argumentAddress);
            }
            return result < 0 ? -scratch.errno() : result;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /**
     * @param timeoutMs -1 = without limit
     * @return -1 if it failed; {@link #waitMsErrno} then tells why
     */
    static int waitMs(int epollFd, long eventsAddress, int maxEvents, int timeoutMs) {
        try {
            return (int) WAIT.invokeExact(epollFd, eventsAddress, maxEvents, timeoutMs);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** The same with errno. */
    static int waitMsErrno(Scratch scratch, int epollFd, long eventsAddress, int maxEvents, int timeoutMs) {
        try {
            int count = (int) WAIT_ERRNO.invokeExact(scratch.capture, epollFd, eventsAddress, maxEvents, timeoutMs);
            return count < 0 ? -scratch.errno() : count;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /**
     * Linux 5.11 and later; before, or where a container forbids it, ENOSYS or EPERM.
     *
     * @return -1 if it failed; {@link #waitNsErrno} then tells why
     */
    static int waitNs(Scratch scratch, int epollFd, long eventsAddress, int maxEvents, long timeoutNs) {
        setTimespec(scratch, timeoutNs);
        try {
            return (int) PWAIT2.invokeExact(epollFd, eventsAddress, maxEvents, scratch.argumentAddress, NULL);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** The same with errno. */
    static int waitNsErrno(Scratch scratch, int epollFd, long eventsAddress, int maxEvents, long timeoutNs) {
        setTimespec(scratch, timeoutNs);
        try {
            int count = (int) PWAIT2_ERRNO.invokeExact(
                    scratch.capture, epollFd, eventsAddress, maxEvents, scratch.argumentAddress, NULL);
            return count < 0 ? -scratch.errno() : count;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    private static void setTimespec(Scratch scratch, long timeoutNs) {
        scratch.argument.set(JAVA_LONG, 0, timeoutNs / NS_PER_S);
        scratch.argument.set(JAVA_LONG, Long.BYTES, timeoutNs % NS_PER_S);
    }
}
