package aem.bench;

import aem.bench.Bench.Failure;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The servers, in the order of the table. */
enum Contender implements Rival {
    C_BLOCKING("c-blocking", "C, blocking", new C("blocking")),
    C_EPOLL("c-epoll", "C, epoll", new C("epoll")),
    AEM("aem", "AEM in its container", new Container(Map.of())),
    AEM_NIO("aem-nio", "AEM on NIO", new Container(Map.of("AEM_IO", "nio"))),
    NIO("nio", "Java NIO selector", new Java(NioEcho.class)),
    // since Java 24 Netty does without Unsafe unless it is told so; and leak detection costs
    NETTY(
            "netty",
            "Netty 4.2 epoll",
            new Java(NettyEcho.class, "-Dio.netty.noUnsafe=false", "-Dio.netty.leakDetection.level=disabled"));

    /** How a server is started. */
    sealed interface Program {}

    /** A program of src/main/c. */
    record C(String name) implements Program {}

    /** A class of this jar. */
    record Java(Class<?> main, List<String> options) implements Program {
        Java(Class<?> main, String... options) {
            this(main, List.of(options));
        }
    }

    /** The exported runtime with its example echo. */
    record Container(Map<String, String> environment) implements Program {}

    private final String id;
    private final String label;
    private final Program program;

    Contender(String id, String label, Program program) {
        this.id = id;
        this.label = label;
        this.program = program;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String label() {
        return label;
    }

    Program program() {
        return program;
    }

    static String ids() {
        return Arrays.stream(values()).map(Contender::id).collect(Collectors.joining(", "));
    }

    static Contender of(String id) {
        for (Contender c : values()) {
            if (c.id.equals(id)) {
                return c;
            }
        }
        throw new Failure("no such server: " + id + "; there are " + ids(), Bench.MISUSED);
    }
}
