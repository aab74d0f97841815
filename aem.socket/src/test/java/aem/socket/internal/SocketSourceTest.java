package aem.socket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.EventDescriptor;
import aem.api.EventFlag;
import aem.api.EventState;
import aem.api.SourceAbsentException;
import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.part.PartState;
import aem.api.socket.CloseReason;
import aem.api.socket.Connection;
import aem.api.socket.DirectReadHandler;
import aem.api.socket.SocketEvents;
import aem.api.socket.SocketState;
import aem.api.spi.JobSpec;
import aem.api.spi.Readiness;
import aem.socket.internal.Fakes.FakeContext;
import aem.socket.internal.Fakes.FakeEvent;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SocketSourceTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("localhost", 0);

    private final FakeContext context = new FakeContext();
    private final SocketSource source = source(Map.of());
    private final SocketEvents sockets = (SocketEvents) source.open(context, null);
    private final Connection connection = context.connection();
    private final List<String> handled = new ArrayList<>();

    @Test
    void shouldRegisterEachOperationWithItsInterestAndClass() {
        sockets.accept(context.listener(), (e, c) -> {});
        sockets.connect(context.process, ADDRESS, (e, c, error) -> {});
        sockets.read(connection, (e, c, d) -> {});
        sockets.room(connection, (e, c) -> {});
        sockets.close(connection, (e, c, r) -> {}, EventFlag.ONESHOT);
        sockets.sock(connection, SocketState.SS_FREE, (e, c, s) -> {});
        List<String> registered = context.specs.stream()
                .map(s -> s.operation() + " " + ((JobSpec.Reactive) s.job()).interest() + " " + s.eventClass() + " "
                        + s.flags().length)
                .toList();
        assertEquals(
                List.of(
                        "accept " + Readiness.READ + " " + EventClass.REJECTABLE + " 0",
                        "connect " + Readiness.CONNECT + " " + EventClass.NEVER + " 0",
                        "read " + Readiness.READ + " " + EventClass.NEVER + " 0",
                        "room " + Readiness.ROOM + " " + EventClass.NEVER + " 0",
                        "close " + Readiness.CLOSE + " " + EventClass.NEVER + " 1",
                        "sock " + Readiness.STATE + " " + EventClass.NEVER + " 0"),
                registered);
    }

    @Test
    void shouldRefuseWrongArgumentsWithTheValue() {
        var e = assertThrows(IllegalArgumentException.class, () -> sockets.listen(context.process, ADDRESS, 0));
        assertEquals("backlog must be from 1 to 65535: 0", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> sockets.listen(context.process, ADDRESS, 65_536));
        assertThrows(NullPointerException.class, () -> sockets.listen(null, ADDRESS));
        assertThrows(NullPointerException.class, () -> sockets.listen(context.process, null));
        assertThrows(NullPointerException.class, () -> sockets.read(connection, null));
        assertThrows(NullPointerException.class, () -> sockets.sock(connection, null, (x, c, s) -> {}));
        assertTrue(context.specs.isEmpty());
    }

    @Test
    void shouldListenWithDefaultBacklog() {
        sockets.listen(context.process, ADDRESS);
        assertEquals(List.of("listen 1024"), context.calls);
    }

    @Test
    void shouldResetTheConnectionWhenTheConnectEventIsRefused() {
        context.refusal = new IllegalStateException("closed");
        assertThrows(IllegalStateException.class, () -> sockets.connect(context.process, ADDRESS, (e, c, error) -> {}));
        assertTrue(context.calls.contains("reset"));
    }

    @Test
    void shouldReadIntoWhatTheHandlerNames() throws Exception {
        var destination = MemorySegment.ofArray(new byte[10]);
        sockets.readInto(connection, new DirectReadHandler() {
            @Override
            public MemorySegment destination(Connection from) {
                assertSame(context.last.connection(), from);
                return destination;
            }

            @Override
            public void onRead(EventDescriptor event, Connection from, int length) {
                handled.add("read " + length);
            }
        });
        FakeEvent event = context.last;
        assertEquals("read_into", event.spec.operation());
        assertEquals(1, source.job(event, Readiness.READ));
        for (int result : new int[] {IoResult.EOF, IoResult.WOULD_BLOCK, 7}) {
            event.received = result;
            source.handle(event);
        }
        assertEquals(List.of("read 7"), handled);
        assertEquals(Collections.nCopies(3, "receive into 10"), event.calls);
        assertEquals(1, event.again, "only WOULD_BLOCK is nothing");
    }

    @Test
    void shouldReadOnlyWhatWasReceived() throws Exception {
        sockets.read(connection, (e, c, d) -> handled.add("read"));
        FakeEvent event = context.last;
        assertEquals(1, source.job(event, Readiness.READ));
        for (int result : new int[] {IoResult.EOF, IoResult.WOULD_BLOCK, IoResult.of(IoError.CONNECTION_RESET)}) {
            event.received = result;
            source.handle(event);
        }
        assertTrue(handled.isEmpty());
        assertEquals(1, event.again, "only WOULD_BLOCK is nothing");
        event.received = 7;
        source.handle(event);
        assertEquals(List.of("read"), handled);
        assertEquals(1, event.again);
    }

    @Test
    void shouldAcceptUntilNoneIsLeftButNotMoreThanTheBound() throws Exception {
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"));
        FakeEvent event = context.last;
        for (int i = 0; i < SocketSource.MAX_ACCEPTS + 3; i++) {
            event.accepts.add(context.connection());
        }
        source.handle(event);
        assertEquals(SocketSource.MAX_ACCEPTS, handled.size());
        source.handle(event);
        assertEquals(SocketSource.MAX_ACCEPTS + 3, handled.size());
    }

    @Test
    void shouldAcceptOneWhenOneshot() throws Exception {
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"), EventFlag.ONESHOT);
        context.last.accepts.addAll(List.of(context.connection(), context.connection()));
        source.handle(context.last);
        assertEquals(1, handled.size());
    }

    @Test
    void shouldGoOnAfterAnAbortedConnection() throws Exception {
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"));
        context.last.accepts.addAll(List.of(IoError.CONNECTION_ABORTED, context.connection()));
        source.handle(context.last);
        assertEquals(1, handled.size());
    }

    @Test
    void shouldNotSpendItsOneShotOnAnAbortedConnection() throws Exception {
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"), EventFlag.ONESHOT);
        context.last.accepts.addAll(List.of(IoError.CONNECTION_ABORTED, context.connection(), context.connection()));
        source.handle(context.last);
        assertEquals(1, handled.size());
        assertEquals(1, context.last.accepts.size());
        assertEquals(0, context.last.again);
    }

    @Test
    void shouldNotSpendItsOneShotOnNothing() throws Exception {
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"), EventFlag.ONESHOT);
        source.handle(context.last);
        context.last.accepts.addAll(List.of(IoError.TOO_MANY_FILES, context.connection()));
        source.handle(context.last);
        assertEquals(2, context.last.again);
        source.handle(context.last);
        assertEquals(2, context.last.again);
        assertEquals(1, handled.size());
    }

    @Test
    void shouldBoundABatchOfAbortedConnections() throws Exception {
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"));
        context.last.accepts.addAll(Collections.nCopies(SocketSource.MAX_ACCEPTS, IoError.CONNECTION_ABORTED));
        context.last.accepts.add(context.connection());
        source.handle(context.last);
        assertTrue(handled.isEmpty());
        assertEquals(1, context.last.accepts.size());
    }

    @ParameterizedTest
    @EnumSource(names = {"TOO_MANY_FILES", "NO_MEMORY", "OTHER", "PERMISSION_DENIED"})
    void shouldRestAndReportWhenItCantAccept(IoError error) throws Exception {
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"));
        FakeEvent event = context.last;
        event.accepts.addAll(List.of(error, context.connection()));
        source.handle(event);
        assertTrue(handled.isEmpty());
        assertEquals(List.of(SocketSource.EXHAUSTED_PAUSE_NS), event.endpoint.pausesNs);
        assertEquals(
                List.of("accept for process test: " + error
                        + "; the listener rests for 100 ms, connections wait in its queue"),
                context.reports);
    }

    @Test
    void shouldSayNothingWhenTheListenerIsClosed() throws Exception {
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"));
        context.last.endpoint.closed = true;
        context.last.accepts.addAll(List.of(IoError.BAD_HANDLE, context.connection()));
        source.handle(context.last);
        assertTrue(handled.isEmpty());
        assertTrue(context.reports.isEmpty());
        assertTrue(context.last.endpoint.pausesNs.isEmpty());
    }

    @Test
    void shouldStopABatchWhenTheHandlerCancelsTheEvent() throws Exception {
        sockets.accept(context.listener(), (e, c) -> {
            handled.add("accept");
            context.last.answers.put("state", EventState.ENDED);
        });
        context.last.accepts.addAll(List.of(context.connection(), context.connection()));
        source.handle(context.last);
        assertEquals(1, handled.size());
    }

    @Test
    void shouldStopABatchWhenTheHandlerClosesTheProcess() throws Exception {
        sockets.accept(context.listener(), (e, c) -> {
            handled.add("accept");
            context.processAnswers.put("isOpen", false);
        });
        context.last.accepts.addAll(List.of(context.connection(), context.connection()));
        source.handle(context.last);
        assertEquals(1, handled.size());
    }

    @Test
    void shouldResetWhatAThrowingAcceptHandlerLeftAloneAndKeepTheRest() {
        Connection lost = context.connection();
        Connection kept = context.connection();
        Connection next = context.connection();
        context.endpoint(kept).hasEvents = true;
        sockets.accept(context.listener(), (e, c) -> {
            throw new IllegalStateException("no");
        });
        FakeEvent event = context.last;
        event.accepts.addAll(List.of(lost, kept, next));
        context.calls.clear();
        assertThrows(IllegalStateException.class, () -> source.handle(event));
        assertEquals(List.of("reset"), context.calls);
        assertThrows(IllegalStateException.class, () -> source.handle(event));
        assertEquals(List.of("reset"), context.calls, "a connection that is looked after stays");
        assertSame(next, event.accepts.peek());
    }

    @Test
    void shouldTellTheEndOfAConnectOnce() throws Exception {
        List<IoError> errors = new ArrayList<>();
        sockets.connect(context.process, ADDRESS, (e, c, error) -> errors.add(error));
        FakeEvent event = context.last;
        event.connectResult = IoResult.WOULD_BLOCK;
        source.handle(event);
        assertFalse(event.ended);
        assertEquals(1, event.again);
        event.connectResult = 0;
        source.handle(event);
        assertTrue(event.ended);
        assertNull(errors.get(0));
        assertTrue(event.endpoint.aborts.isEmpty());
    }

    @Test
    void shouldTellWhyAConnectFailed() throws Exception {
        List<IoError> errors = new ArrayList<>();
        sockets.connect(context.process, ADDRESS, (e, c, error) -> errors.add(error));
        context.last.connectResult = IoResult.of(IoError.CONNECTION_REFUSED);
        source.handle(context.last);
        assertEquals(List.of(IoError.CONNECTION_REFUSED), errors);
        assertEquals(List.of(CloseReason.CONNECT_FAILED), context.last.endpoint.aborts);
    }

    @Test
    void shouldTellRoomAndCloseWithItsReason() throws Exception {
        sockets.room(connection, (e, c) -> handled.add("room"));
        source.handle(context.last);
        assertFalse(context.last.ended);
        sockets.close(connection, (e, c, reason) -> handled.add("close " + reason));
        context.last.endpoint.closeReason = CloseReason.PEER_RESET;
        source.handle(context.last);
        assertTrue(context.last.ended);
        assertEquals(List.of("room", "close PEER_RESET"), handled);
    }

    @Test
    void shouldTellOnlyTheWantedSocketState() throws Exception {
        sockets.sock(connection, SocketState.SS_CONNECTED, (e, c, state) -> handled.add(state.name()));
        assertEquals(1, source.job(context.last, Readiness.STATE));
        source.handle(context.last);
        assertEquals(List.of("SS_CONNECTED"), handled);
        sockets.sock(connection, SocketState.SS_FREE, (e, c, state) -> handled.add(state.name()));
        assertEquals(0, source.job(context.last, Readiness.STATE));
    }

    @Test
    void shouldAbortTheStreamOfAFailedReaderOnly() {
        sockets.read(connection, (e, c, d) -> {});
        source.failed(context.last, new IllegalStateException());
        assertEquals(List.of(CloseReason.HANDLER_FAILED), context.last.endpoint.aborts);
        sockets.room(context.connection(), (e, c) -> {});
        source.failed(context.last, new IllegalStateException());
        sockets.accept(context.listener(), (e, c) -> {});
        source.failed(context.last, new IllegalStateException());
        assertTrue(context.last.endpoint.aborts.isEmpty());
    }

    @Test
    void shouldAbortTheConnectionOfAFailedConnectHandler() {
        sockets.connect(context.process, ADDRESS, (e, c, error) -> {});
        source.failed(context.last, new IllegalStateException());
        assertEquals(List.of(CloseReason.HANDLER_FAILED), context.last.endpoint.aborts);
    }

    @Test
    void shouldLetThroughWhatAHandlerThrows() {
        sockets.read(connection, (e, c, d) -> {
            throw new IOException("no");
        });
        context.last.received = 1;
        assertThrows(IOException.class, () -> source.handle(context.last));
        sockets.room(connection, (e, c) -> {
            throw new IOException("no");
        });
        assertThrows(IOException.class, () -> source.handle(context.last));
    }

    @Test
    void shouldLetThroughThatItsServiceHasEnded() {
        source.suspend();
        context.refusal = new SourceAbsentException("ended");
        assertThrows(SourceAbsentException.class, () -> sockets.read(connection, (e, c, d) -> {}));
        assertThrows(SourceAbsentException.class, () -> sockets.accept(context.listener(), (e, c) -> {}));
    }

    @Test
    void shouldKeepTheNumbersOfItsOperations() {
        List<String> numbers = Arrays.stream(Operation.values())
                .map(o -> o.ordinal() + " " + o)
                .toList();
        assertEquals(List.of("0 accept", "1 connect", "2 read", "3 room", "4 close", "5 sock", "6 read_into"), numbers);
    }

    @Test
    void shouldAdoptItsOwnStateAndRefuseAnother() {
        PartState state = source.suspend();
        source(Map.of()).open(context, state);
        PartState other = new PartState("source.socket", 2, Map.of());
        var e = assertThrows(
                IllegalArgumentException.class, () -> source(Map.of()).open(context, other));
        assertTrue(e.getMessage().contains("version 2"), e.getMessage());
    }

    // ---- load control ---------------------------------------------------------------------------------------------

    /** The annotation type's defaults, and these values, as Declarative Services makes it. */
    private static SocketConfig config(Map<String, Object> values) {
        return (SocketConfig) Proxy.newProxyInstance(
                SocketConfig.class.getClassLoader(),
                new Class<?>[] {SocketConfig.class},
                (proxy, method, args) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    private static SocketSource source(Map<String, Object> values) {
        return new SocketSource(config(values));
    }

    @Test
    void shouldResetWhatIsShedAndNotMoreThanTheBound() {
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"));
        FakeEvent event = context.last;
        event.accepts.addAll(Collections.nCopies(SocketSource.MAX_ACCEPTS + 1, context.connection()));
        source.shed(event);
        assertEquals(SocketSource.MAX_ACCEPTS, event.rejected);
        source.shed(event);
        assertEquals(SocketSource.MAX_ACCEPTS + 1, event.rejected);
        assertTrue(handled.isEmpty());
        assertTrue(event.endpoint.pausesNs.isEmpty());
    }

    @Test
    void shouldRestBeyondTheResetsOfAWindow() {
        source.modified(config(Map.of("aem_socket_shed_resets_per_second", 50)));
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"));
        FakeEvent event = context.last;
        event.nowNs = 5 * Shedding.WINDOW_NS;
        event.accepts.addAll(Collections.nCopies(100, context.connection()));
        source.shed(event);
        assertEquals(5, event.rejected);
        event.nowNs += Shedding.WINDOW_NS / 4;
        source.shed(event);
        assertEquals(5, event.rejected);
        assertEquals(List.of(Shedding.WINDOW_NS, Shedding.WINDOW_NS * 3 / 4), event.endpoint.pausesNs);
        event.nowNs += Shedding.WINDOW_NS;
        source.shed(event);
        assertEquals(10, event.rejected);
    }

    @Test
    void shouldPauseTheListenerInsteadIfSetSo() {
        source.modified(config(Map.of("aem_socket_shed", "pause")));
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"));
        context.last.accepts.add(context.connection());
        source.shed(context.last);
        assertEquals(0, context.last.rejected);
        assertEquals(List.of(Shedding.WINDOW_NS), context.last.endpoint.pausesNs);
    }

    @Test
    void shouldRestWhenItCantEvenReject() {
        sockets.accept(context.listener(), (e, c) -> handled.add("accept"));
        context.last.accepts.add(IoError.TOO_MANY_FILES);
        source.shed(context.last);
        assertEquals(List.of(SocketSource.EXHAUSTED_PAUSE_NS), context.last.endpoint.pausesNs);
        assertEquals(1, context.reports.size());
    }

    @Test
    void shouldRefuseWrongSettingsWithTheValue() {
        assertEquals(
                "aem.socket.shed is reset or pause: drop",
                assertThrows(IllegalArgumentException.class, () -> source(Map.of("aem_socket_shed", "drop")))
                        .getMessage());
        assertEquals(
                "aem.socket.shed.resets.per.second must be 10 or more: 9",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> source.modified(config(Map.of("aem_socket_shed_resets_per_second", 9))))
                        .getMessage());
    }
}
