package aem.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Does what client.c does, where there is no C compiler. */
public final class JavaClient {
    private final SocketChannel channel;
    private final ByteBuffer out;
    private final ByteBuffer in;

    private JavaClient(SocketChannel channel, int size) {
        this.channel = channel;
        out = ByteBuffer.allocateDirect(size);
        in = ByteBuffer.allocateDirect(size);
    }

    public static void main(String[] args) throws IOException {
        Parent.follow();
        int warmup = Integer.parseInt(args[2]);
        var times = new long[Integer.parseInt(args[3])];
        try (var channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])))) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var client = new JavaClient(channel, Integer.parseInt(args[1]));
            for (int i = 0; i < warmup; i++) {
                client.roundTrip(i);
            }
            long start = System.nanoTime();
            for (int i = 0; i < times.length; i++) {
                times[i] = client.roundTrip(i);
            }
            long took = System.nanoTime() - start;
            Duration cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
            System.out.println(summary(times, took) + " client_cpu_us=" + cpu.toNanos() / 1_000);
        }
    }

    /** The client's line: see {@link #figures}. */
    static String summary(long[] times, long took) {
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "p50_us=%.3f p99_us=%.3f p999_us=%.3f max_us=%.3f mean_us=%.3f messages_per_s=%.0f",
                Stats.quantile(sorted, 0.5) / 1e3,
                Stats.quantile(sorted, 0.99) / 1e3,
                Stats.quantile(sorted, 0.999) / 1e3,
                Stats.quantile(sorted, 1) / 1e3,
                Arrays.stream(sorted).sum() / 1e3 / sorted.length,
                sorted.length * 1e9 / took);
    }

    /** What a client's line says: key=value, separated by spaces. */
    static Map<String, Double> figures(String line) {
        Map<String, Double> figures = new HashMap<>();
        for (String word : line.strip().split("\\s+")) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("not a client's line: " + line);
            }
            figures.put(word.substring(0, equals), Double.valueOf(word.substring(equals + 1)));
        }
        return figures;
    }

    private long roundTrip(int number) throws IOException {
        out.clear();
        for (int i = 0; i < out.capacity(); i++) {
            out.put(i, (byte) (number + i));
        }
        in.clear();
        long start = System.nanoTime();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        while (in.hasRemaining()) {
            if (channel.read(in) < 0) {
                throw new EOFException("the server closed the connection at message " + number);
            }
        }
        long took = System.nanoTime() - start;
        if (!in.flip().equals(out.flip())) {
            throw new IOException("message " + number + " came back changed");
        }
        return took;
    }
}
