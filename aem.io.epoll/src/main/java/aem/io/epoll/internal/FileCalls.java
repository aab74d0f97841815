package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** The functions of the C library for any descriptor, and eventfd. A result below 0 is the negated errno. */
final class FileCalls {
    private static final int EFD_NONBLOCK_CLOEXEC = 0x800 | 0x80000;

    private static final FunctionDescriptor TRANSFER = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle EVENTFD =
            Native.function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle READ = Native.function("read", TRANSFER);
    private static final MethodHandle WRITE = Native.function("write", TRANSFER);
    private static final MethodHandle CLOSE = Native.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private FileCalls() {}

    static int eventfd(Scratch scratch) {
        try {
            int fd = (int) EVENTFD.invokeExact(scratch.capture, 0, EFD_NONBLOCK_CLOEXEC);
            return fd < 0 ? -scratch.errno() : fd;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    static int read(Scratch scratch, int fd, long address, long length) {
        try {
            long bytes;
            do {
                bytes = (long) READ.invokeExact(scratch.capture, fd, address, length);
            } while (bytes < 0 && scratch.errno() == Errno.EINTR);
            return bytes < 0 ? -scratch.errno() : (int) bytes;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    static int write(Scratch scratch, int fd, long address, long length) {
        try {
            long bytes;
            do {
                bytes = (long) WRITE.invokeExact(scratch.capture, fd, address, length);
            } while (bytes < 0 && scratch.errno() == Errno.EINTR);
            return bytes < 0 ? -scratch.errno() : (int) bytes;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Never repeated: Linux has freed the number even if it says EINTR. */
    static int close(Scratch scratch, int fd) {
        try {
            int result = (int) CLOSE.invokeExact(scratch.capture, fd);
            return result < 0 ? -scratch.errno() : result;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }
}
