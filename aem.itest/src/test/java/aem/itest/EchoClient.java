package aem.itest;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Random;

/** A blocking client of an echo; every byte that comes back is compared. */
final class EchoClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final Random random;

    /** @param seed what this client sends is derived from it */
    EchoClient(int port, long seed) throws IOException {
        random = new Random(seed);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Await.LIMIT_MS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) Await.LIMIT_MS);
    }

    /** Connects to one who ends the connection, perhaps before the connect has returned. */
    static void awaitRefusal(int port) throws IOException {
        try (EchoClient client = new EchoClient(port, 0)) {
            client.awaitEnd();
        } catch (SocketException e) {
            // reset: refused too
        }
    }

    Socket socket() {
        return socket;
    }

    byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void expect(byte[] bytes) throws IOException {
        assertArrayEquals(bytes, socket.getInputStream().readNBytes(bytes.length));
    }

    void expectEnd() throws IOException {
        assertEquals("end of stream", -1, socket.getInputStream().read());
    }

    /** Sends and takes back. At most what the sockets and the echo hold, as nobody reads meanwhile: 64 KiB. */
    void round(int count) throws IOException {
        byte[] bytes = randomBytes(count);
        send(bytes);
        expect(bytes);
    }

    /** Of 1 to {@code most} bytes. */
    void randomRound(int most) throws IOException {
        round(1 + random.nextInt(most));
    }

    /** Reads until the stream ends, well or not. */
    void awaitEnd() {
        try {
            InputStream in = socket.getInputStream();
            byte[] bytes = new byte[1 << 16];
            while (in.read(bytes) >= 0) {
                // whatever was under way
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection does not end", e);
        } catch (IOException e) {
            // reset: an end too
        }
    }

    /** The server gets RST. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
