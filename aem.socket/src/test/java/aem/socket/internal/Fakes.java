package aem.socket.internal;

import aem.api.AemProcess;
import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.EventState;
import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.memory.EventData;
import aem.api.socket.CloseReason;
import aem.api.socket.Connection;
import aem.api.socket.Listener;
import aem.api.socket.SocketState;
import aem.api.spi.Endpoint;
import aem.api.spi.EventSpec;
import aem.api.spi.SourceContext;
import aem.api.spi.SourceEvent;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The core as the source sees it; records what is asked of it. */
final class Fakes {
    private Fakes() {}

    @SuppressWarnings("unchecked")
    static <T> T stub(Class<T> type, Map<String, Object> answers, List<String> calls) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            return switch (method.getName()) {
                case "equals" -> proxy == args[0];
                case "hashCode" -> System.identityHashCode(proxy);
                case "toString" -> type.getSimpleName();
                default -> {
                    calls.add(method.getName());
                    yield answers.get(method.getName());
                }
            };
        });
    }

    static final class FakeEndpoint implements Endpoint {
        final List<CloseReason> aborts = new ArrayList<>();
        final List<Long> pausesNs = new ArrayList<>();
        boolean hasEvents;
        boolean closed;
        CloseReason closeReason;

        @Override
        public boolean isOpen() {
            return !closed && aborts.isEmpty();
        }

        @Override
        public boolean hasEvents() {
            return hasEvents;
        }

        @Override
        public boolean atEnd() {
            return false;
        }

        @Override
        public CloseReason closeReason() {
            return closeReason;
        }

        @Override
        public IoError error() {
            return null;
        }

        @Override
        public void abort(CloseReason reason) {
            aborts.add(reason);
        }

        @Override
        public void pauseNs(long durationNs) {
            pausesNs.add(durationNs);
        }
    }

    static final class FakeContext implements SourceContext {
        final Map<String, Object> processAnswers = new HashMap<>(Map.of("name", "test", "isOpen", true));
        final AemProcess process = stub(AemProcess.class, processAnswers, new ArrayList<>());
        final Map<Object, FakeEndpoint> endpoints = new HashMap<>();
        final List<EventSpec> specs = new ArrayList<>();
        final List<String> reports = new ArrayList<>();
        final List<String> calls = new ArrayList<>();
        FakeEvent last;
        RuntimeException refusal;

        Connection connection() {
            Map<String, Object> answers = new HashMap<>(Map.of("process", process, "state", SocketState.SS_CONNECTED));
            return stub(Connection.class, answers, calls);
        }

        Listener listener() {
            return stub(Listener.class, Map.of("process", process), calls);
        }

        @Override
        public EventDescriptor register(EventSpec spec, Consumer<SourceEvent> prepare) {
            if (refusal != null) {
                throw refusal;
            }
            specs.add(spec);
            last = new FakeEvent(this, spec);
            prepare.accept(last);
            return last.descriptor();
        }

        @Override
        public Listener listen(AemProcess owner, SocketAddress address, int backlog) {
            calls.add("listen " + backlog);
            return listener();
        }

        @Override
        public Connection connect(AemProcess owner, SocketAddress address) {
            calls.add("connect");
            return connection();
        }

        private FakeEndpoint endpointOf(Object handle) {
            return endpoints.computeIfAbsent(handle, h -> new FakeEndpoint());
        }

        @Override
        public FakeEndpoint endpoint(Connection connection) {
            return endpointOf(connection);
        }

        @Override
        public FakeEndpoint endpoint(Listener listener) {
            return endpointOf(listener);
        }

        @Override
        public SourceEvent event(EventDescriptor descriptor) {
            return last;
        }

        @Override
        public void report(String message) {
            reports.add(message);
        }
    }

    static final class FakeEvent implements SourceEvent {
        final EventSpec spec;
        final FakeEndpoint endpoint;
        final ArrayDeque<Object> accepts = new ArrayDeque<>();
        final List<String> calls = new ArrayList<>();
        final Map<String, Object> answers = new HashMap<>();
        private final EventDescriptor descriptor;
        private final long[] words;
        Connection connection;
        int received;
        int connectResult;
        boolean ended;
        int again;
        long nowNs;
        int rejected;
        private int acceptResult = IoResult.WOULD_BLOCK;

        FakeEvent(FakeContext context, EventSpec spec) {
            this.spec = spec;
            words = new long[spec.words()];
            endpoint = (FakeEndpoint) ((aem.api.spi.JobSpec.Reactive) spec.job()).endpoint();
            connection = context.connection();
            Set<EventFlag> flags = EnumSet.noneOf(EventFlag.class);
            flags.addAll(List.of(spec.flags()));
            answers.putAll(Map.of("flags", flags, "process", context.process, "state", EventState.RUNNING));
            descriptor = stub(EventDescriptor.class, answers, calls);
        }

        @Override
        public EventDescriptor descriptor() {
            return descriptor;
        }

        @Override
        public Object handler() {
            return spec.handler();
        }

        @Override
        public int op() {
            return spec.op();
        }

        @Override
        public Endpoint endpoint() {
            return endpoint;
        }

        @Override
        public Connection connection() {
            return connection;
        }

        @Override
        public long word(int index) {
            return words[index];
        }

        @Override
        public void word(int index, long value) {
            words[index] = value;
        }

        @Override
        public long nowNs() {
            return nowNs;
        }

        @Override
        public int receive() {
            calls.add("receive");
            return received;
        }

        @Override
        public int receive(MemorySegment destination) {
            calls.add("receive into " + destination.byteSize());
            return received;
        }

        @Override
        public EventData data() {
            return stub(EventData.class, Map.of(), calls);
        }

        /** What {@link #accepts} holds: a connection, or an error. */
        @Override
        public Connection accept() {
            Object next = accepts.poll();
            acceptResult = next == null ? IoResult.WOULD_BLOCK : next instanceof IoError e ? IoResult.of(e) : 0;
            return next instanceof Connection c ? c : null;
        }

        @Override
        public int acceptResult() {
            return acceptResult;
        }

        @Override
        public int finishConnect() {
            return connectResult;
        }

        @Override
        public void wake() {
            throw new AssertionError("a socket source wakes nobody");
        }

        @Override
        public int reject() {
            Object next = accepts.poll();
            if (next instanceof Connection) {
                rejected++;
                return 0;
            }
            return next == null ? IoResult.WOULD_BLOCK : IoResult.of((IoError) next);
        }

        @Override
        public void again() {
            again++;
        }

        @Override
        public void end() {
            ended = true;
        }
    }
}
