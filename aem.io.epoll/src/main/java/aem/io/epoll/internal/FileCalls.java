package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** close, and the functions of the C library for eventfd. */
final class FileCalls {
    private static final int EFD_NONBLOCK_CLOEXEC = 0x800 | 0x80000;

    private static final FunctionDescriptor TRANSFER = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle EVENTFD =
            Native.function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle READ = Native.plainFunction("read", TRANSFER);
    private static final MethodHandle WRITE = Native.plainFunction("write", TRANSFER);
    private static final MethodHandle CLOSE = Native.plainFunction("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private FileCalls() {}

    /** A descriptor, or the negated errno. */
    static int eventfd(Scratch scratch) {
        try {
            int fd = (int) EVENTFD.invokeExact(scratch.capture, 0, EFD_NONBLOCK_CLOEXEC);
            return fd < 0 ? -scratch.errno() : fd;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Whether the counter was above 0; it is 0 now. */
    static boolean takeCounter(int eventFd, long address) {
        try {
            return (long) READ.invokeExact(eventFd, address, (long) Long.BYTES) == Long.BYTES;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Adds the long at the address. Whether there was room: if not, the counter is readable all the same. */
    static boolean addToCounter(int eventFd, long address) {
        try {
            return (long) WRITE.invokeExact(eventFd, address, (long) Long.BYTES) == Long.BYTES;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Without result: Linux has freed the number even if it says EINTR or EIO. */
    static void close(int fd) {
        try {
            int result = (int) CLOSE.invokeExact(fd);
            assert result <= 0;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }
}
