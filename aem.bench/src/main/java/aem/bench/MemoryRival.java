package aem.bench;

import aem.bench.Bench.Failure;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The allocators, in the order of the table. */
enum MemoryRival implements Rival {
    // lambdas: a method reference would load Netty for everybody
    NETTY_ADAPTIVE("netty-adaptive", "Netty adaptive", () -> NettyMemory.adaptive()),
    NETTY_POOLED("netty-pooled", "Netty pooled", () -> NettyMemory.pooled()),
    AEM("aem", "AEM", AemMemory::new),
    MALLOC("malloc", "malloc by FFM", () -> new MallocMemory(false)),
    ARENA("arena", "Arena.ofConfined", () -> new MallocMemory(true));

    private final String id;
    private final String label;
    private final Supplier<Memory> factory;

    MemoryRival(String id, String label, Supplier<Memory> factory) {
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

    Memory open() {
        return factory.get();
    }

    /** Whether a block may be freed by another thread than the one that allocated it. */
    boolean crossesThreads() {
        return this != ARENA;
    }

    static String ids() {
        return Arrays.stream(values()).map(MemoryRival::id).collect(Collectors.joining(", "));
    }

    static MemoryRival of(String id) {
        for (MemoryRival rival : values()) {
            if (rival.id.equals(id)) {
                return rival;
            }
        }
        throw new Failure("no such allocator: " + id + "; there are " + ids(), Bench.MISUSED);
    }
}
