package aem.io.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import aem.api.io.IoError;
import aem.api.io.IoHandle;
import aem.api.io.IoProvider;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import aem.api.io.SocketOption;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;

/** Sockets by file descriptor. All that is known about one stands in its handle. */
class EpollProvider implements IoProvider {
    private static final int CLOSED = -1;

    private final ScratchPool scratches = new ScratchPool();
    private volatile int batch;

    EpollProvider(int batch) {
        batch(batch);
        SocketCalls.warmUp();
    }

    /**
     * How many handles a poller reports at most; for pollers that are opened from now on.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    final void batch(int handles) {
        if (handles < 1) {
            throw new IllegalArgumentException("aem.io.batch must be 1 or more: " + handles);
        }
        batch = handles;
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public String handleLayout() {
        return "fd";
    }

    @Override
    public Poller openPoller() throws IOException {
        return new EpollPoller(batch);
    }

    @Override
    public void listen(IoHandle handle, SocketAddress address, int backlog) throws IOException {
        InetSocketAddress inet = SocketAddresses.checked("listen on", address);
        Scratch scratch = scratches.take();
        try {
            handle.fd(SocketOpening.listen(scratch, inet, backlog));
        } finally {
            scratch.release();
        }
    }

    @Override
    public void connect(IoHandle handle, SocketAddress address) throws IOException {
        InetSocketAddress inet = SocketAddresses.checked("connect to", address);
        Scratch scratch = scratches.take();
        try {
            handle.fd(SocketOpening.connect(scratch, inet));
        } finally {
            scratch.release();
        }
    }

    /** The state is read before the error: a RST sets the error first, so that a closed socket's error is never missed. */
    @Override
    public int finishConnect(IoHandle handle) {
        Scratch scratch = scratches.take();
        try {
            int fd = handle.fd();
            int state = SocketCalls.tcpState(scratch, fd);
            if (state < 0) {
                return Errno.result(state);
            }
            if (state == SocketCalls.TCP_SYN_SENT || state == SocketCalls.TCP_SYN_RECV) {
                return IoResult.WOULD_BLOCK;
            }
            int error = takeError(scratch, fd);
            return error == 0 && state == SocketCalls.TCP_CLOSE ? IoResult.of(IoError.NOT_CONNECTED) : error;
        } finally {
            scratch.release();
        }
    }

    @Override
    public int accept(IoHandle listener, IoHandle accepted) {
        Scratch scratch = scratches.take();
        try {
            int fd = SocketCalls.accept(scratch, listener.fd());
            if (fd < 0) {
                return Errno.acceptResult(fd);
            }
            accepted.fd(fd);
            return 0;
        } finally {
            scratch.release();
        }
    }

    @Override
    public int read(IoHandle handle, MemorySegment region, long offset, int length) {
        if (region.isReadOnly()) {
            throw new IllegalArgumentException("the region to read into is read-only");
        }
        long address = address(region, offset, length);
        try {
            int bytes = SocketCalls.recv(handle.fd(), address, length);
            if (bytes > 0) {
                return bytes;
            }
            return bytes == 0 ? IoResult.EOF : readAgain(handle, address, length);
        } finally {
            Reference.reachabilityFence(region);
        }
    }

    @Override
    public int readInto(IoHandle handle, MemorySegment destination, int length) {
        if (destination.isReadOnly()) {
            throw new IllegalArgumentException("the destination to read into is read-only");
        }
        Objects.checkFromIndexSize(0, length, destination.byteSize());
        if (length == 0) {
            throw new IllegalArgumentException("the length must be 1 or more: 0");
        }
        int bytes = SocketCalls.recv(handle.fd(), destination, length);
        return bytes > 0 ? bytes : bytes == 0 ? IoResult.EOF : readIntoAgain(handle, destination, length);
    }

    /** What has come between the two calls can't be left out: it goes by way of the scratch. */
    private int readIntoAgain(IoHandle handle, MemorySegment destination, int length) {
        Scratch scratch = scratches.take();
        try {
            int most = Math.min(length, Scratch.ARGUMENT_BYTES);
            int bytes = SocketCalls.recvAgain(scratch, handle.fd(), scratch.argumentAddress, most);
            if (bytes > 0) {
                MemorySegment.copy(scratch.argument, 0, destination, 0, bytes);
                return bytes;
            }
            return bytes == 0 ? IoResult.EOF : Errno.result(bytes);
        } finally {
            scratch.release();
        }
    }

    private int readAgain(IoHandle handle, long address, int length) {
        Scratch scratch = scratches.take();
        try {
            int bytes = SocketCalls.recvAgain(scratch, handle.fd(), address, length);
            if (bytes > 0) {
                return bytes;
            }
            return bytes == 0 ? IoResult.EOF : Errno.result(bytes);
        } finally {
            scratch.release();
        }
    }

    @Override
    public int write(IoHandle handle, MemorySegment region, long offset, int length) {
        long address = address(region, offset, length);
        try {
            int bytes = SocketCalls.send(handle.fd(), address, length);
            return bytes >= 0 ? bytes : writeAgain(handle, address, length);
        } finally {
            Reference.reachabilityFence(region);
        }
    }

    private int writeAgain(IoHandle handle, long address, int length) {
        Scratch scratch = scratches.take();
        try {
            int bytes = SocketCalls.sendAgain(scratch, handle.fd(), address, length);
            return bytes >= 0 ? bytes : Errno.result(bytes);
        } finally {
            scratch.release();
        }
    }

    /** A raw address leaves the JVM's checks behind: so they are made here. */
    private static long address(MemorySegment region, long offset, int length) {
        Objects.checkFromIndexSize(offset, length, region.byteSize());
        if (length == 0 || !region.isNative()) {
            throw new IllegalArgumentException(
                    length == 0 ? "the length must be 1 or more: 0" : "the region must be off-heap: " + region);
        }
        return region.address() + offset;
    }

    @Override
    public int shutdownOutput(IoHandle handle) {
        Scratch scratch = scratches.take();
        try {
            int result = SocketCalls.shutdown(scratch, handle.fd(), SocketCalls.SHUT_WR);
            return result < 0 ? Errno.result(result) : 0;
        } finally {
            scratch.release();
        }
    }

    @Override
    public void close(IoHandle handle, boolean reset) {
        int fd = handle.fd();
        if (fd == CLOSED) {
            return;
        }
        handle.fd(CLOSED);
        Scratch scratch = scratches.take();
        try {
            if (reset) {
                SocketOptions.lingerZero(scratch, fd);
            }
            FileCalls.close(fd);
        } finally {
            scratch.release();
        }
    }

    @Override
    public SocketAddress localAddress(IoHandle handle) {
        Scratch scratch = scratches.take();
        try {
            int result = SocketCalls.getsockname(scratch, handle.fd());
            return result < 0 ? null : SocketAddresses.decode(scratch.argument);
        } finally {
            scratch.release();
        }
    }

    @Override
    public SocketAddress remoteAddress(IoHandle handle) {
        Scratch scratch = scratches.take();
        try {
            int result = SocketCalls.getpeername(scratch, handle.fd());
            return result < 0 ? null : SocketAddresses.decode(scratch.argument);
        } finally {
            scratch.release();
        }
    }

    @Override
    public int takeError(IoHandle handle) {
        Scratch scratch = scratches.take();
        try {
            return takeError(scratch, handle.fd());
        } finally {
            scratch.release();
        }
    }

    private static int takeError(Scratch scratch, int fd) {
        int result = SocketCalls.getsockopt(scratch, fd, SocketCalls.SOL_SOCKET, SocketCalls.SO_ERROR, Integer.BYTES);
        int errno = result < 0 ? -result : scratch.argument.get(JAVA_INT, 0);
        return errno == 0 ? 0 : IoResult.of(Errno.error(errno));
    }

    @Override
    public int option(IoHandle handle, SocketOption option) throws IOException {
        Scratch scratch = scratches.take();
        try {
            int value = SocketOptions.get(scratch, handle.fd(), option);
            if (value < 0) {
                throw new IOException("option " + option + ": " + Errno.text(value));
            }
            return value;
        } finally {
            scratch.release();
        }
    }

    @Override
    public void option(IoHandle handle, SocketOption option, int value) throws IOException {
        Scratch scratch = scratches.take();
        try {
            int result = SocketOptions.set(scratch, handle.fd(), option, value);
            if (result < 0) {
                throw new IOException("option " + option + " to " + value + ": " + Errno.text(result));
            }
        } finally {
            scratch.release();
        }
    }
}
