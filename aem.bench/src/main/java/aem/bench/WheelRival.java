package aem.bench;

import aem.bench.Bench.Failure;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What keeps timers, in the order of the table. */
enum WheelRival implements Rival {
    // lambdas: a method reference would load Netty for everybody
    NETTY("netty-wheel", "Netty HashedWheelTimer", () -> new NettyTimers()),
    EXECUTOR("executor", "ScheduledThreadPoolExecutor", ExecutorTimers::new),
    AEM("aem", "AEM", AemTimers::new);

    private final String id;
    private final String label;
    private final Supplier<Timers> factory;

    WheelRival(String id, String label, Supplier<Timers> factory) {
        this.id = id;
        this.label = label;
        this.factory = factory;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String label() {
        return label;
    }

    Timers open() {
        return factory.get();
    }

    static String ids() {
        return Arrays.stream(values()).map(WheelRival::id).collect(Collectors.joining(", "));
    }

    static WheelRival of(String id) {
        for (WheelRival rival : values()) {
            if (rival.id.equals(id)) {
                return rival;
            }
        }
        throw new Failure("no such timers: " + id + "; there are " + ids(), Bench.MISUSED);
    }
}
