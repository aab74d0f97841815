package aem.io.nio.internal;

import aem.api.io.IoError;
import aem.api.io.IoHandle;
import aem.api.io.IoProvider;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import aem.api.io.SocketOption;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sockets by channel. All that is known about one stands in its handle. */
class NioProvider implements IoProvider {
    static final String NAME = "nio";

    private final BufferPool buffers = new BufferPool();

    /** The open ones; a few, since each is a worker's. */
    private final List<NioPoller> pollers = new CopyOnWriteArrayList<>();

    private volatile int batch;

    NioProvider(int batch) {
        batch(batch);
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
        return NAME;
    }

    @Override
    public String handleLayout() {
        return "channel";
    }

    @Override
    public Poller openPoller() throws IOException {
        try {
            NioPoller poller = new NioPoller(Selector.open(), batch, pollers::remove);
            pollers.add(poller);
            return poller;
        } catch (IOException e) {
            throw new IOException("open a poller: " + Errors.text(e), e);
        }
    }

    // ---- opening --------------------------------------------------------------------------------------------------

    @Override
    public void listen(IoHandle handle, SocketAddress address, int backlog) throws IOException {
        InetSocketAddress inet = checked("listen on", address);
        ServerSocketChannel channel = null;
        try {
            channel = ServerSocketChannel.open(family(inet));
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(inet, backlog);
        } catch (IOException e) {
            throw failed("listen on", inet, channel, e);
        }
        handle.channel(channel);
    }

    @Override
    public void connect(IoHandle handle, SocketAddress address) throws IOException {
        InetSocketAddress inet = checked("connect to", address);
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(family(inet));
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(inet);
        } catch (IOException e) {
            throw failed("connect to", inet, channel, e);
        }
        handle.channel(channel);
    }

    private static InetSocketAddress checked(String action, SocketAddress address) throws IOException {
        if (!(address instanceof InetSocketAddress inet)) {
            String type = address == null ? "null" : address.getClass().getName();
            throw new IOException(action + " " + address + ": only IPv4 and IPv6 addresses are supported, not " + type);
        }
        if (inet.isUnresolved()) {
            throw new IOException(action + " " + inet.getHostString() + ":" + inet.getPort() + ": unknown host");
        }
        return inet;
    }

    private static StandardProtocolFamily family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET;
    }

    private static IOException failed(String action, InetSocketAddress address, Channel channel, IOException thrown) {
        closeQuietly(channel);
        return new IOException(action + " " + address + ": " + Errors.text(thrown), thrown);
    }

    private static void closeQuietly(Channel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // it is closed all the same
            }
        }
    }

    /** A connect that failed closes its channel: asked again, it is a bad handle. */
    @Override
    public int finishConnect(IoHandle handle) {
        SocketChannel channel = (SocketChannel) handle.channel();
        if (channel == null) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
        try {
            if (channel.isConnectionPending()) {
                return channel.finishConnect() ? 0 : IoResult.WOULD_BLOCK;
            }
            if (channel.isConnected()) {
                return 0;
            }
            return IoResult.of(channel.isOpen() ? IoError.NOT_CONNECTED : IoError.BAD_HANDLE);
        } catch (IOException e) {
            return Errors.result(e, IoError.CONNECTION_REFUSED);
        }
    }

    @Override
    public int accept(IoHandle listener, IoHandle accepted) {
        ServerSocketChannel channel = (ServerSocketChannel) listener.channel();
        if (channel == null) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
        SocketChannel fresh;
        try {
            fresh = channel.accept();
        } catch (IOException e) {
            return Errors.acceptResult(e);
        }
        if (fresh == null) {
            return IoResult.WOULD_BLOCK;
        }
        try {
            fresh.configureBlocking(false);
            fresh.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException e) {
            closeQuietly(fresh);
            return IoResult.of(IoError.CONNECTION_ABORTED); // some systems refuse options of a reset socket
        }
        accepted.channel(fresh);
        return 0;
    }

    // ---- transfer -------------------------------------------------------------------------------------------------

    @Override
    public int read(IoHandle handle, MemorySegment region, long offset, int length) {
        check(region, offset, length);
        return receive(handle, region, offset, length);
    }

    @Override
    public int readInto(IoHandle handle, MemorySegment destination, int length) {
        Objects.checkFromIndexSize(0, length, destination.byteSize());
        if (length == 0) {
            throw new IllegalArgumentException("the length must be 1 or more: 0");
        }
        // tried before anything is taken from the socket: is it open, and this thread's?
        destination.get(ValueLayout.JAVA_BYTE, 0);
        return receive(handle, destination, 0, length);
    }

    private int receive(IoHandle handle, MemorySegment memory, long offset, int length) {
        if (memory.isReadOnly()) {
            throw new IllegalArgumentException("the memory to read into is read-only");
        }
        SocketChannel channel = (SocketChannel) handle.channel();
        if (channel == null) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
        Buffers scratch = buffers.take();
        try {
            int bytes = scratch.read(channel, memory, offset, length);
            return bytes > 0 ? bytes : bytes == 0 ? IoResult.WOULD_BLOCK : IoResult.EOF;
        } catch (IOException e) {
            return Errors.result(e, IoError.CONNECTION_RESET);
        } catch (NotYetConnectedException e) {
            return IoResult.of(IoError.NOT_CONNECTED);
        } finally {
            scratch.release();
        }
    }

    @Override
    public int write(IoHandle handle, MemorySegment region, long offset, int length) {
        check(region, offset, length);
        SocketChannel channel = (SocketChannel) handle.channel();
        if (channel == null) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
        Buffers scratch = buffers.take();
        try {
            int bytes = scratch.write(channel, region, offset, length);
            return bytes > 0 ? bytes : IoResult.WOULD_BLOCK;
        } catch (ClosedChannelException e) {
            // thrown too for an output that was shut down
            return IoResult.of(channel.isOpen() ? IoError.BROKEN_PIPE : IoError.BAD_HANDLE);
        } catch (IOException e) {
            return Errors.result(e, IoError.BROKEN_PIPE);
        } catch (NotYetConnectedException e) {
            return IoResult.of(IoError.NOT_CONNECTED);
        } finally {
            scratch.release();
        }
    }

    private static void check(MemorySegment region, long offset, int length) {
        Objects.checkFromIndexSize(offset, length, region.byteSize());
        if (length == 0 || !region.isNative()) {
            throw new IllegalArgumentException(
                    length == 0 ? "the length must be 1 or more: 0" : "the region must be off-heap: " + region);
        }
    }

    // ---- ending ---------------------------------------------------------------------------------------------------

    @Override
    public int shutdownOutput(IoHandle handle) {
        SocketChannel channel = (SocketChannel) handle.channel();
        if (channel == null) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
        try {
            channel.shutdownOutput();
            return 0;
        } catch (IOException e) {
            return Errors.result(e, IoError.NOT_CONNECTED);
        } catch (NotYetConnectedException e) {
            return IoResult.of(IoError.NOT_CONNECTED);
        }
    }

    @Override
    public void close(IoHandle handle, boolean reset) {
        Channel channel = (Channel) handle.channel();
        if (channel == null) {
            return;
        }
        handle.channel(null);
        if (reset && channel instanceof SocketChannel socket) {
            try {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // it is closed, or reset, already
            }
        }
        closeQuietly(channel);
        if (channel instanceof SelectableChannel registered && registered.isRegistered()) {
            for (NioPoller poller : pollers) {
                poller.channelClosed(registered);
            }
        }
    }

    /** java.nio hands an error out with the call that meets it. */
    @Override
    public int takeError(IoHandle handle) {
        return handle.channel() == null ? IoResult.of(IoError.BAD_HANDLE) : 0;
    }

    // ---- addresses and options ------------------------------------------------------------------------------------

    @Override
    public SocketAddress localAddress(IoHandle handle) {
        try {
            return handle.channel() instanceof NetworkChannel channel ? channel.getLocalAddress() : null;
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public SocketAddress remoteAddress(IoHandle handle) {
        try {
            return handle.channel() instanceof SocketChannel channel && channel.isConnected()
                    ? channel.getRemoteAddress()
                    : null;
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public int option(IoHandle handle, SocketOption option) throws IOException {
        try {
            return Options.get(open(handle), option);
        } catch (IOException e) {
            throw new IOException("option " + option + ": " + Errors.text(e), e);
        }
    }

    @Override
    public void option(IoHandle handle, SocketOption option, int value) throws IOException {
        Options.check(option, value);
        try {
            Options.set(open(handle), option, value);
        } catch (IOException e) {
            throw new IOException("option " + option + " to " + value + ": " + Errors.text(e), e);
        }
    }

    private static NetworkChannel open(IoHandle handle) throws IOException {
        if (handle.channel() instanceof NetworkChannel channel) {
            return channel;
        }
        throw new ClosedChannelException();
    }
}
