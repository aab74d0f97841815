package aem.core.internal;

import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;

/**
 * What JDK Flight Recorder is told. While nobody records, an event costs the look at one field, and nothing is allocated.
 *
 * <p>JFR writes code into the classes of events that refers to packages which no bundle can import: the framework must have
 * {@code org.osgi.framework.bootdelegation=jdk.jfr.internal.*}. Without it nothing is recorded, which is reported once.
 */
final class Recording {
    @Name("aem.Handler")
    @Label("Handler")
    @Description("A handler that ran for the threshold or longer")
    @Category("AEM")
    @Threshold("20 ms")
    @StackTrace(false)
    static final class HandlerRun extends Event {
        @Label("Event")
        long event;

        @Label("Kind")
        String kind;

        @Label("Operation")
        String operation;

        @Label("Process")
        String process;

        @Label("Worker")
        int worker;

        @Label("Threw")
        boolean threw;
    }

    @Name("aem.Overrun")
    @Label("Overrun")
    @Description("A job or handler that ran over its bound")
    @Category("AEM")
    @StackTrace(false)
    static final class Overrun extends Event {
        @Label("Who")
        String who;

        @Label("Took")
        @Timespan(Timespan.NANOSECONDS)
        long took;

        @Label("Bound")
        @Timespan(Timespan.NANOSECONDS)
        long bound;
    }

    @Name("aem.Detached")
    @Label("Detached handler")
    @Description("A handler that blocked its worker for too long; it goes on without the worker")
    @Category("AEM")
    @StackTrace(false)
    static final class Detached extends Event {
        @Label("Who")
        String who;

        @Label("Stack")
        String stack;
    }

    @Name("aem.Shed")
    @Label("Shed")
    @Description("Activations that load control refused")
    @Category("AEM")
    @StackTrace(false)
    static final class Shed extends Event {
        @Label("Event")
        long event;

        @Label("Process")
        String process;

        @Label("Class")
        String eventClass;

        @Label("Activations")
        int activations;
    }

    @Name("aem.Block")
    @Label("Block")
    @Description("A block of memory was taken or has returned")
    @Category("AEM")
    @Enabled(false)
    @StackTrace(false)
    static final class BlockMove extends Event {
        @Label("Process")
        String process;

        @Label("Worker")
        int worker;

        @Label("Size")
        @DataAmount
        int size;

        @Label("Taken")
        boolean taken;
    }

    @Name("aem.Exchange")
    @Label("Exchange")
    @Description("A part or source begins or ends its service, on all workers")
    @Category("AEM")
    @StackTrace(false)
    static final class Exchange extends Event {
        @Label("What")
        String what;

        @Label("Late workers")
        int late;
    }

    private static final List<Class<? extends Event>> TYPES =
            List.of(HandlerRun.class, Overrun.class, Detached.class, Shed.class, BlockMove.class, Exchange.class);

    /** Null if JFR can't be used. */
    private final EventType handlers;

    private final EventType blocks;

    private Recording(EventType handlers, EventType blocks) {
        this.handlers = handlers;
        this.blocks = blocks;
    }

    static Recording open(Reports reports) {
        try {
            TYPES.forEach(FlightRecorder::register);
            new Overrun().shouldCommit(); // runs what JFR has written into it
            return new Recording(EventType.getEventType(HandlerRun.class), EventType.getEventType(BlockMove.class));
        } catch (LinkageError | RuntimeException e) {
            reports.add(
                    "nothing is recorded by JFR (org.osgi.framework.bootdelegation=jdk.jfr.internal.* is missing?)", e);
            return new Recording(null, null);
        }
    }

    void close() {
        if (handlers != null) {
            TYPES.forEach(FlightRecorder::unregister);
        }
    }

    /** A handler begins; null if that is not recorded. */
    HandlerRun handlerBegins() {
        if (handlers == null || !handlers.isEnabled()) {
            return null;
        }
        var run = new HandlerRun();
        run.begin();
        return run;
    }

    void handlerEnds(HandlerRun run, aem.core.internal.Event of, Throwable thrown) {
        run.end();
        if (run.shouldCommit()) {
            run.event = of.id;
            run.kind = of.kind();
            run.operation = of.operation();
            run.process = of.process.name();
            run.worker = of.worker.index;
            run.threw = thrown != null;
            run.commit();
        }
    }

    void overrun(String who, long tookNs, long boundNs) {
        if (handlers != null) {
            var overrun = new Overrun();
            overrun.who = who;
            overrun.took = tookNs;
            overrun.bound = boundNs;
            overrun.commit();
        }
    }

    void detached(String who, String stack) {
        if (handlers != null) {
            var detached = new Detached();
            detached.who = who;
            detached.stack = stack;
            detached.commit();
        }
    }

    void shed(aem.core.internal.Event of, int activations) {
        if (handlers != null) {
            var shed = new Shed();
            if (shed.shouldCommit()) {
                shed.event = of.id;
                shed.process = of.process.name();
                shed.eventClass = of.eventClass().name();
                shed.activations = activations;
                shed.commit();
            }
        }
    }

    void block(CoreProcess process, Worker worker, int size, boolean taken) {
        if (blocks != null && blocks.isEnabled()) {
            var move = new BlockMove();
            move.process = process.name();
            move.worker = worker.index;
            move.size = size;
            move.taken = taken;
            move.commit();
        }
    }

    /** Runs an exchange, and records how long it took. */
    int exchange(String what, java.util.function.IntSupplier exchange) {
        if (handlers == null) {
            return exchange.getAsInt();
        }
        var event = new Exchange();
        event.begin();
        event.late = exchange.getAsInt();
        event.what = what;
        event.commit();
        return event.late;
    }
}
