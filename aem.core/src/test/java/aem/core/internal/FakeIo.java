package aem.core.internal;

import aem.api.io.IoError;
import aem.api.io.IoHandle;
import aem.api.io.IoProvider;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import aem.api.io.SocketOption;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An I/O provider whose sockets are {@link FakeSocket}s. */
final class FakeIo implements IoProvider {
    static final SocketAddress LOCAL = InetSocketAddress.createUnresolved("here", 1);
    static final SocketAddress REMOTE = InetSocketAddress.createUnresolved("there", 2);

    final String layout;
    /** The sockets that it has opened, in order. */
    final List<FakeSocket> opened = new ArrayList<>();
    /** What the next listen or connect fails with. */
    final ArrayDeque<IOException> refusals = new ArrayDeque<>();

    final List<FakePoller> pollers = Collections.synchronizedList(new ArrayList<>());

    FakeIo() {
        this("channel");
    }

    FakeIo(String layout) {
        this.layout = layout;
    }

    static FakeSocket socket(Object handle) {
        return (FakeSocket) ((IoHandle) handle).channel();
    }

    static final class FakePoller implements Poller {
        private record Watch(int interest, long key) {}

        private final Map<FakeSocket, Watch> watched = new LinkedHashMap<>();
        boolean closed;

        boolean watches(FakeSocket socket) {
            return watched.containsKey(socket);
        }

        @Override
        public int add(IoHandle handle, int interest, long key) {
            FakeSocket socket = socket(handle);
            if (socket.refusedByPoller != null) {
                return IoResult.of(socket.refusedByPoller);
            }
            if (watched.put(socket, new Watch(interest, key)) != null) {
                throw new AssertionError("added twice");
            }
            return 0;
        }

        @Override
        public int modify(IoHandle handle, int interest, long key) {
            if (watched.put(socket(handle), new Watch(interest, key)) == null) {
                throw new AssertionError("not added before");
            }
            return 0;
        }

        @Override
        public void remove(IoHandle handle) {
            if (watched.remove(socket(handle)) == null) {
                throw new AssertionError("not added before");
            }
        }

        /** One batch: what is ready at its beginning. */
        @Override
        public int poll(long timeoutNs, Sink sink) {
            List<FakeSocket> batch = new ArrayList<>();
            List<Long> keys = new ArrayList<>();
            List<Integer> ready = new ArrayList<>();
            watched.forEach((socket, watch) -> {
                int bits = socket.ready() & (watch.interest | HANGUP | ERROR);
                if (bits != 0) {
                    batch.add(socket);
                    keys.add(watch.key);
                    ready.add(bits);
                }
            });
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).reports++;
                sink.ready(keys.get(i), ready.get(i));
            }
            return batch.size();
        }

        @Override
        public void wakeup() {
            // it never sleeps
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String handleLayout() {
        return layout;
    }

    @Override
    public Poller openPoller() {
        FakePoller poller = new FakePoller();
        pollers.add(poller);
        return poller;
    }

    private FakeSocket open(IoHandle handle) throws IOException {
        if (!refusals.isEmpty()) {
            throw refusals.poll();
        }
        FakeSocket socket = new FakeSocket();
        opened.add(socket);
        handle.channel(socket);
        return socket;
    }

    @Override
    public void listen(IoHandle handle, SocketAddress address, int backlog) throws IOException {
        open(handle);
    }

    @Override
    public void connect(IoHandle handle, SocketAddress address) throws IOException {
        open(handle).connecting = true;
    }

    @Override
    public int finishConnect(IoHandle handle) {
        FakeSocket socket = socket(handle);
        if (socket.connectResult == null) {
            return IoResult.WOULD_BLOCK;
        }
        socket.connecting = false;
        return socket.connectResult;
    }

    @Override
    public int accept(IoHandle listener, IoHandle accepted) {
        Object next = socket(listener).arriving.poll();
        if (next == null) {
            return IoResult.WOULD_BLOCK;
        }
        if (next instanceof IoError error) {
            return IoResult.of(error);
        }
        opened.add((FakeSocket) next);
        accepted.channel(next);
        return 0;
    }

    @Override
    public int read(IoHandle handle, MemorySegment region, long offset, int length) {
        return socket(handle).read(region, offset, length);
    }

    @Override
    public int readInto(IoHandle handle, MemorySegment destination, int length) {
        return socket(handle).read(destination, 0, length);
    }

    @Override
    public int write(IoHandle handle, MemorySegment region, long offset, int length) {
        return socket(handle).write(region, offset, length);
    }

    @Override
    public int shutdownOutput(IoHandle handle) {
        socket(handle).outputShut = true;
        return 0;
    }

    @Override
    public void close(IoHandle handle, boolean reset) {
        FakeSocket socket = socket(handle);
        if (socket == null || socket.closed) {
            throw new AssertionError("closed twice");
        }
        socket.closed = true;
        socket.reset = reset;
    }

    @Override
    public SocketAddress localAddress(IoHandle handle) {
        return LOCAL;
    }

    @Override
    public SocketAddress remoteAddress(IoHandle handle) {
        return REMOTE;
    }

    @Override
    public int takeError(IoHandle handle) {
        FakeSocket socket = socket(handle);
        IoError error = socket.pendingError;
        socket.pendingError = null;
        return error == null ? 0 : IoResult.of(error);
    }

    @Override
    public int option(IoHandle handle, SocketOption option) throws IOException {
        throw new IOException(option + ": EOPNOTSUPP");
    }

    @Override
    public void option(IoHandle handle, SocketOption option, int value) throws IOException {
        throw new IOException(option + " " + value + ": EOPNOTSUPP");
    }
}
