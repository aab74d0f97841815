package aem.socket.internal;

import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.EventState;
import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.part.AemPart;
import aem.api.part.PartState;
import aem.api.socket.AcceptHandler;
import aem.api.socket.CloseHandler;
import aem.api.socket.CloseReason;
import aem.api.socket.ConnectHandler;
import aem.api.socket.Connection;
import aem.api.socket.DirectReadHandler;
import aem.api.socket.ReadHandler;
import aem.api.socket.RoomHandler;
import aem.api.socket.SocketEvents;
import aem.api.socket.SocketState;
import aem.api.socket.SocketStateHandler;
import aem.api.spi.EventSource;
import aem.api.spi.SourceContext;
import aem.api.spi.SourceEvent;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The event source of stream sockets (slides: 'Socket interface'). All of its jobs are reactive. It has no state: what an
 * event is about stands in its operation and its one word.
 */
@Component(
        service = EventSource.class,
        configurationPid = SocketSource.PID,
        property = EventSource.KIND + "=" + SocketSource.NAME)
@Designate(ocd = SocketConfig.class)
@AemPart(part = "source", kind = SocketSource.NAME, version = SocketSource.STATE_VERSION, adopts = "1..1")
public final class SocketSource implements EventSource {
    static final String NAME = "socket";
    static final String PID = "aem.socket";
    static final int STATE_VERSION = 1;
    static final int WORDS = 2;
    /** The word that holds the wanted {@link SocketState} of a sock event. */
    static final int STATE = 0;

    /** Connections accepted by one activation, so that a flood of them does not hold up the rest. */
    static final int MAX_ACCEPTS = 16;
    /** How long a listener rests when it can't accept: mostly because there is no file or memory for another connection. */
    static final long EXHAUSTED_PAUSE_NS = 100_000_000;

    private static final SocketState[] STATES = SocketState.values();

    private volatile SourceContext context;
    private volatile Shedding shedding;

    /** @throws IllegalArgumentException if a value is none that can be; the message names it */
    @Activate
    public SocketSource(SocketConfig config) {
        shedding = Shedding.of(config);
    }

    /** @throws IllegalArgumentException if a value is none that can be; what was set before stays */
    @Modified
    void modified(SocketConfig config) {
        shedding = Shedding.of(config);
    }

    @Override
    public List<Class<?>> api() {
        return List.of(SocketEvents.class);
    }

    @Override
    public Object open(SourceContext newContext, PartState adopted) {
        if (adopted != null && adopted.version() != STATE_VERSION) {
            throw new IllegalArgumentException(
                    "state of version " + adopted.version() + " can't be adopted, only of version " + STATE_VERSION);
        }
        context = newContext;
        return new SocketEventsService(newContext);
    }

    @Override
    public int job(SourceEvent event, int ready) {
        return Operation.of(event.op()) != Operation.SOCK || event.connection().state() == wantedState(event) ? 1 : 0;
    }

    @Override
    public void handle(SourceEvent event) throws Exception {
        switch (Operation.of(event.op())) {
            case READ -> read(event);
            case READ_INTO -> readInto(event);
            case ACCEPT -> accept(event);
            case CONNECT -> connect(event);
            case ROOM -> ((RoomHandler) event.handler()).onRoom(event.descriptor(), event.connection());
            case CLOSE -> close(event);
            case SOCK ->
                ((SocketStateHandler) event.handler())
                        .onSocketState(event.descriptor(), event.connection(), wantedState(event));
        }
    }

    private static SocketState wantedState(SourceEvent event) {
        return STATES[(int) event.word(STATE)];
    }

    /** End of stream and errors need nothing here: the core has noted them and wakes the close event. */
    private static void read(SourceEvent event) throws Exception {
        int result = event.receive();
        if (result > 0) {
            ((ReadHandler) event.handler()).onRead(event.descriptor(), event.connection(), event.data());
        } else if (result == IoResult.WOULD_BLOCK) {
            event.again();
        }
    }

    private static void readInto(SourceEvent event) throws Exception {
        DirectReadHandler handler = (DirectReadHandler) event.handler();
        int result = event.receive(handler.destination(event.connection()));
        if (result > 0) {
            handler.onRead(event.descriptor(), event.connection(), result);
        } else if (result == IoResult.WOULD_BLOCK) {
            event.again();
        }
    }

    private void accept(SourceEvent event) throws Exception {
        AcceptHandler handler = (AcceptHandler) event.handler();
        EventDescriptor descriptor = event.descriptor();
        boolean oneshot = descriptor.flags().contains(EventFlag.ONESHOT);
        boolean taken = false;
        for (int i = 0; i < MAX_ACCEPTS && isLive(descriptor) && !(taken && oneshot); i++) {
            Connection connection = event.accept();
            if (connection != null) {
                taken = true;
                accepted(event, handler, connection);
            } else if (!mayHaveMore(event, event.acceptResult())) {
                break;
            }
        }
        if (!taken) {
            event.again();
        }
    }

    /** The handler may have cancelled the event, or closed its process, in the middle of a batch. */
    private static boolean isLive(EventDescriptor event) {
        return event.state() != EventState.ENDED && event.process().isOpen();
    }

    /** A throw costs the new connection, unless it is looked after; those behind it are accepted next time. */
    private void accepted(SourceEvent event, AcceptHandler handler, Connection connection) throws Exception {
        boolean done = false;
        try {
            handler.onAccept(event.descriptor(), connection);
            done = true;
        } finally {
            if (!done && !context.endpoint(connection).hasEvents()) {
                connection.reset();
            }
        }
    }

    private boolean mayHaveMore(SourceEvent event, int result) {
        if (!IoResult.isError(result)) {
            return false;
        }
        IoError error = IoResult.error(result);
        if (error == IoError.CONNECTION_ABORTED) {
            return true;
        }
        if (!event.endpoint().isOpen()) {
            return false;
        }
        // most likely EMFILE or ENOMEM; with any other error too, trying again at once would only burn a processor
        event.endpoint().pauseNs(EXHAUSTED_PAUSE_NS);
        context.report("accept for process " + event.descriptor().process().name() + ": " + error
                + "; the listener rests for " + EXHAUSTED_PAUSE_NS / 1_000_000 + " ms, connections wait in its queue");
        return false;
    }

    private static void connect(SourceEvent event) throws Exception {
        int result = event.finishConnect();
        if (result == IoResult.WOULD_BLOCK) {
            event.again();
            return;
        }
        event.end();
        IoError error = IoResult.isError(result) ? IoResult.error(result) : null;
        if (error != null) {
            event.endpoint().abort(CloseReason.CONNECT_FAILED);
        }
        ((ConnectHandler) event.handler()).onConnect(event.descriptor(), event.connection(), error);
    }

    private static void close(SourceEvent event) throws Exception {
        event.end();
        ((CloseHandler) event.handler())
                .onClose(
                        event.descriptor(), event.connection(), event.endpoint().closeReason());
    }

    /** A stream whose reader failed has a hole: nobody can make sense of what follows. */
    @Override
    public void failed(SourceEvent event, Throwable thrown) {
        Operation operation = Operation.of(event.op());
        if (operation == Operation.READ || operation == Operation.READ_INTO || operation == Operation.CONNECT) {
            event.endpoint().abort(CloseReason.HANDLER_FAILED);
        }
    }

    /** Connections are all that can be refused: events of an established one never are. */
    @Override
    public void shed(SourceEvent event) {
        int result = shedding.refuse(event, MAX_ACCEPTS);
        if (result != 0) {
            mayHaveMore(event, result);
        }
    }

    @Override
    public String absenceLoses() {
        return "passing socket states";
    }

    @Override
    public PartState suspend() {
        return new PartState("source." + NAME, STATE_VERSION, Map.of());
    }
}
