package aem.core.internal;

import aem.api.part.PartState;
import aem.api.spi.EventSource;
import aem.api.spi.SourceContext;
import aem.api.spi.SourceEvent;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An event source whose events do what their handlers say. */
final class FakeSource implements EventSource {
    /** What stands for an application's handler: sees the event as a source does. */
    @FunctionalInterface
    interface Script {
        void handle(SourceEvent event) throws Exception;

        default int job(SourceEvent event, int ready) {
            return 1;
        }
    }

    /** The operation of an event that is activated with each expiry. */
    static final int TIMER = 1;

    /** The operation of an accept event that rejects what is shed. */
    static final int REJECTS = 2;

    private final Class<?> api;
    private final int version;
    final List<Throwable> failures = new ArrayList<>();
    SourceContext context;
    PartState adopted;
    volatile boolean suspensionFails;

    FakeSource(Class<?> api, int version) {
        this.api = api;
        this.version = version;
    }

    @Override
    public List<Class<?>> api() {
        return List.of(api);
    }

    @Override
    public Object open(SourceContext newContext, PartState state) {
        if (state != null && state.version() != version) {
            throw new IllegalArgumentException("version " + state.version() + " can't be adopted");
        }
        context = newContext;
        adopted = state;
        return Proxy.newProxyInstance(api.getClassLoader(), new Class<?>[] {api}, (proxy, method, args) -> {
            if (method.getName().equals("apply")) {
                return newContext.register((aem.api.spi.EventSpec) args[0], null);
            }
            return "fake service";
        });
    }

    @Override
    public int job(SourceEvent event, int ready) {
        Script script = (Script) event.handler();
        return event.op() == TIMER ? ready : script.job(event, ready);
    }

    @Override
    public void handle(SourceEvent event) throws Exception {
        ((Script) event.handler()).handle(event);
    }

    @Override
    public void failed(SourceEvent event, Throwable thrown) {
        failures.add(thrown);
    }

    @Override
    public void shed(SourceEvent event) {
        if (event.op() == REJECTS) {
            event.reject();
        }
    }

    @Override
    public String absenceLoses() {
        return "nothing";
    }

    @Override
    public PartState suspend() {
        if (suspensionFails) {
            throw new IllegalStateException("nothing to hand over");
        }
        return new PartState("source.fake", version, Map.of());
    }
}
