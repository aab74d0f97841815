package aem.bench;

import aem.bench.Bench.Failure;
import java.io.IOException;
import java.nio.file.Path;

/** What can be measured. */
enum Case {
    PINGPONG("pingpong", "one message after the other over one connection, there and back", Pingpong::run),
    MEMORY("memory", "allocate and free off-heap blocks; see ./aem bench memory help", MemoryBench::run),
    SCHEDULER("scheduler", "start, cancel and fire timers; see ./aem bench scheduler help", WheelBench::run);

    /** Measures, and writes and prints the results. */
    @FunctionalInterface
    interface Body {
        void run(Path root, String... args) throws IOException, InterruptedException;
    }

    private final String id;
    private final String description;
    private final Body body;

    Case(String id, String description, Body body) {
        this.id = id;
        this.description = description;
        this.body = body;
    }

    String id() {
        return id;
    }

    String description() {
        return description;
    }

    void run(Path root, String... args) throws IOException, InterruptedException {
        body.run(root, args);
    }

    static Case of(String id) {
        for (Case c : values()) {
            if (c.id.equals(id)) {
                return c;
            }
        }
        throw new Failure("no such benchmark: " + id + "\n" + Options.usage(), Bench.MISUSED);
    }
}
