package aem.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Echo server on java.nio, tuned: {@code select(Consumer)}, one direct buffer, one read per readiness. */
public final class NioEcho {
    private static final ByteBuffer DATA = ByteBuffer.allocateDirect(Options.LARGEST);

    private NioEcho() {}

    public static void main(String[] args) throws IOException {
        Parent.follow();
        try (var selector = Selector.open();
                var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            while (selector.isOpen()) {
                selector.select(NioEcho::ready);
            }
        }
    }

    private static void ready(SelectionKey key) {
        if (key.channel() instanceof ServerSocketChannel listener) {
            accept(key, listener);
            return;
        }
        var channel = (SocketChannel) key.channel();
        try {
            echo(key, channel);
        } catch (IOException e) {
            close(channel);
        }
    }

    private static void accept(SelectionKey key, ServerSocketChannel listener) {
        try {
            SocketChannel channel = listener.accept();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(key.selector(), SelectionKey.OP_READ);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void echo(SelectionKey key, SocketChannel channel) throws IOException {
        if (key.attachment() instanceof ByteBuffer unsent) {
            channel.write(unsent);
            if (!unsent.hasRemaining()) {
                key.attach(null);
                key.interestOps(SelectionKey.OP_READ);
            }
            return;
        }
        DATA.clear();
        if (channel.read(DATA) < 0) {
            channel.close();
            return;
        }
        DATA.flip();
        channel.write(DATA);
        if (DATA.hasRemaining()) {
            key.attach(ByteBuffer.allocateDirect(DATA.remaining()).put(DATA).flip());
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // it is of no use any more
        }
    }
}
