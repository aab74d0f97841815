package aem.socket.internal;

import aem.api.AemProcess;
import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.socket.AcceptHandler;
import aem.api.socket.CloseHandler;
import aem.api.socket.ConnectHandler;
import aem.api.socket.Connection;
import aem.api.socket.DirectReadHandler;
import aem.api.socket.Listener;
import aem.api.socket.ReadHandler;
import aem.api.socket.RoomHandler;
import aem.api.socket.SocketEvents;
import aem.api.socket.SocketState;
import aem.api.socket.SocketStateHandler;
import aem.api.spi.Endpoint;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.SourceContext;
import java.net.SocketAddress;
import java.util.Objects;

/** The API of this source: checks the arguments and registers. */
record SocketEventsService(SourceContext context) implements SocketEvents {
    private static final int DEFAULT_BACKLOG = 1024;
    private static final int MAX_BACKLOG = 65_535;

    @Override
    public Listener listen(AemProcess process, SocketAddress address) {
        return listen(process, address, DEFAULT_BACKLOG);
    }

    @Override
    public Listener listen(AemProcess process, SocketAddress address, int backlog) {
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(address, "address");
        if (backlog < 1 || backlog > MAX_BACKLOG) {
            throw new IllegalArgumentException("backlog must be from 1 to " + MAX_BACKLOG + ": " + backlog);
        }
        return context.listen(process, address, backlog);
    }

    @Override
    public EventDescriptor accept(Listener listener, AcceptHandler handler, EventFlag... flags) {
        Objects.requireNonNull(listener, "listener");
        return register(Operation.ACCEPT, listener.process(), handler, flags, context.endpoint(listener), 0);
    }

    @Override
    public EventDescriptor connect(
            AemProcess process, SocketAddress address, ConnectHandler handler, EventFlag... flags) {
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(handler, "handler");
        Connection connection = context.connect(process, address);
        boolean registered = false;
        try {
            EventDescriptor event =
                    register(Operation.CONNECT, process, handler, flags, context.endpoint(connection), 0);
            registered = true;
            return event;
        } finally {
            if (!registered) {
                connection.reset();
            }
        }
    }

    @Override
    public EventDescriptor read(Connection connection, ReadHandler handler, EventFlag... flags) {
        return register(Operation.READ, connection, handler, flags, 0);
    }

    @Override
    public EventDescriptor readInto(Connection connection, DirectReadHandler handler, EventFlag... flags) {
        return register(Operation.READ_INTO, connection, handler, flags, 0);
    }

    @Override
    public EventDescriptor room(Connection connection, RoomHandler handler, EventFlag... flags) {
        return register(Operation.ROOM, connection, handler, flags, 0);
    }

    @Override
    public EventDescriptor close(Connection connection, CloseHandler handler, EventFlag... flags) {
        return register(Operation.CLOSE, connection, handler, flags, 0);
    }

    @Override
    public EventDescriptor sock(
            Connection connection, SocketState state, SocketStateHandler handler, EventFlag... flags) {
        Objects.requireNonNull(state, "state");
        return register(Operation.SOCK, connection, handler, flags, state.ordinal());
    }

    private EventDescriptor register(
            Operation operation, Connection connection, Object handler, EventFlag[] flags, long word) {
        Objects.requireNonNull(connection, "connection");
        return register(operation, connection.process(), handler, flags, context.endpoint(connection), word);
    }

    private EventDescriptor register(
            Operation operation, AemProcess process, Object handler, EventFlag[] flags, Endpoint endpoint, long word) {
        JobSpec job = new JobSpec.Reactive(endpoint, operation.interest);
        EventSpec spec = new EventSpec(
                process,
                handler,
                operation.toString(),
                operation.ordinal(),
                operation.eventClass,
                flags,
                SocketSource.WORDS,
                job);
        return context.register(spec, event -> event.word(SocketSource.STATE, word));
    }
}
