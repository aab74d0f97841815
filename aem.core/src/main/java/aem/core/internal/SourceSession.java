package aem.core.internal;

import aem.api.AemProcess;
import aem.api.EventClass;
import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.SourceAbsentException;
import aem.api.io.IoProvider;
import aem.api.socket.Connection;
import aem.api.socket.Listener;
import aem.api.socket.SocketFailedException;
import aem.api.spi.Endpoint;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.SourceContext;
import aem.api.spi.SourceEvent;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.function.Consumer;

/** The core's side of one source, from its opening to its suspension. */
final class SourceSession implements SourceContext {
    private final Core core;
    private final Kind kind;
    private volatile boolean ended;

    SourceSession(Core core, Kind kind) {
        this.core = core;
        this.kind = kind;
    }

    void end() {
        ended = true;
    }

    private void checkServing() {
        if (ended) {
            throw new SourceAbsentException("the source of kind " + kind.name + " has ended its service");
        }
    }

    @Override
    public EventDescriptor register(EventSpec spec, Consumer<SourceEvent> prepare) {
        checkServing();
        CoreProcess process = own(spec.process());
        for (EventFlag flag : spec.flags()) {
            if (flag != EventFlag.ONESHOT) {
                throw new IllegalArgumentException(
                        "this runtime does not offer the flag " + flag + "; it offers ONESHOT");
            }
        }
        Handle handle = null;
        if (spec.job() instanceof JobSpec.Reactive reactive) {
            handle = (Handle) reactive.endpoint();
            if (handle instanceof CoreConnection && spec.eventClass() != EventClass.NEVER) {
                throw new IllegalArgumentException("events of connections are always NEVER: " + spec.eventClass());
            }
            if (handle.process != process) {
                throw new IllegalArgumentException(handle.label() + " is not of process " + process.name());
            }
            if (!handle.isOpen()) {
                throw new IllegalStateException(handle.label() + " is closed");
            }
            if (!handle.claim(reactive.interest())) {
                throw new IllegalArgumentException(handle.label() + " already has an event for " + spec.operation());
            }
        }
        boolean registered = false;
        try {
            process.admitEvent();
            registered = true;
        } finally {
            if (!registered && handle != null) {
                handle.unclaim(((JobSpec.Reactive) spec.job()).interest());
            }
        }
        kind.added();
        Event event = core.events.add(id -> new Event(id, kind, process, spec));
        boolean prepared = false;
        try {
            if (prepare != null) {
                prepare.accept(event);
            }
            prepared = true;
        } finally {
            if (!prepared) {
                process.cancel(event);
            }
        }
        process.registered(event);
        process.execute(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                event.attach();
            }
        });
        return event;
    }

    private CoreProcess own(AemProcess process) {
        if (process instanceof CoreProcess own && own.core == core) {
            return own;
        }
        throw new IllegalArgumentException("not a process of this runtime: " + process);
    }

    @Override
    public Listener listen(AemProcess owner, SocketAddress address, int backlog) {
        CoreProcess process = own(owner);
        IoProvider io = core.parts().awaitIoToOpen();
        try {
            return listen(process, io, address, backlog);
        } finally {
            core.parts().opened();
        }
    }

    private Listener listen(CoreProcess process, IoProvider io, SocketAddress address, int backlog) {
        process.admitConnection();
        CoreListener listener = new CoreListener(core.nextHandleId(), process);
        try {
            io.listen(listener, address, backlog);
        } catch (IOException e) {
            process.unadmitConnection();
            throw new SocketFailedException(e.getMessage(), e);
        }
        listener.listening(io.localAddress(listener));
        publish(process, listener);
        return listener;
    }

    @Override
    public Connection connect(AemProcess owner, SocketAddress address) {
        CoreProcess process = own(owner);
        IoProvider io = core.parts().awaitIoToOpen();
        try {
            return connect(process, io, address);
        } finally {
            core.parts().opened();
        }
    }

    private Connection connect(CoreProcess process, IoProvider io, SocketAddress address) {
        process.admitConnection();
        CoreConnection connection = process.newConnection();
        try {
            io.connect(connection, address);
        } catch (IOException e) {
            process.unadmitConnection();
            throw new SocketFailedException(e.getMessage(), e);
        }
        connection.connecting(address);
        publish(process, connection);
        return connection;
    }

    private static void publish(CoreProcess process, Handle handle) {
        Event current = process.currentEvent();
        process.opened(handle, current != null && current.process == process ? current : null);
        process.execute(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                handle.attach();
            }
        });
    }

    @Override
    public Endpoint endpoint(Connection connection) {
        return endpointOf(connection);
    }

    @Override
    public Endpoint endpoint(Listener listener) {
        return endpointOf(listener);
    }

    private Endpoint endpointOf(Object handle) {
        if (handle instanceof Handle own && own.process.core == core) {
            return own;
        }
        throw new IllegalArgumentException("not a connection or listener of this runtime: " + handle);
    }

    @Override
    public SourceEvent event(EventDescriptor descriptor) {
        if (descriptor instanceof Event event && event.kindEntry() == kind) {
            return event;
        }
        throw new IllegalArgumentException("not an event of kind " + kind.name + ": " + descriptor);
    }

    @Override
    public void report(String message) {
        core.reports.add(message);
    }
}
