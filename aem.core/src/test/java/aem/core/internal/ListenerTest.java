package aem.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aem.api.EventClass;
import aem.api.EventFlag;
import aem.api.ProcessLimits;
import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.socket.CloseReason;
import aem.api.socket.Connection;
import aem.api.socket.SocketFailedException;
import aem.api.socket.SocketState;
import aem.api.spi.EventSpec;
import aem.api.spi.JobSpec;
import aem.api.spi.Readiness;
import aem.api.spi.SourceEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that come. */
@Timeout(60)
class ListenerTest {
    private static final int BATCH = 4;

    private final Rig rig = new Rig();
    private final List<Connection> accepted = new ArrayList<>();
    private final List<Integer> results = new ArrayList<>();
    private CoreListener listener;
    private FakeSocket socket;

    @AfterEach
    void end() {
        rig.close();
    }

    /** Accepts a batch for each activation, and rests for a second when it can't. */
    private Event accepting(CoreProcess process, EventFlag... flags) {
        listener = rig.listen(process);
        socket = FakeIo.socket(listener);
        Event event = rig.on(listener, Readiness.READ, this::accept, flags);
        rig.steps(2);
        return event;
    }

    private void accept(SourceEvent event) {
        for (int i = 0; i < BATCH; i++) {
            Connection connection = event.accept();
            results.add(event.acceptResult());
            if (connection != null) {
                accepted.add(connection);
            } else if (event.acceptResult() == IoResult.of(IoError.TOO_MANY_FILES)) {
                event.endpoint().pauseNs(Duration.ofSeconds(1).toNanos());
                return;
            } else if (event.acceptResult() == IoResult.WOULD_BLOCK) {
                return;
            }
        }
    }

    private FakeSocket arrives() {
        FakeSocket peer = new FakeSocket();
        socket.arriving.add(peer);
        return peer;
    }

    @Test
    void shouldAcceptABatchForEachActivation() {
        CoreProcess process = rig.process();
        Event event = accepting(process);
        for (int i = 0; i < 10; i++) {
            arrives();
        }
        rig.step();
        assertEquals(BATCH, accepted.size());
        rig.steps(3);
        assertEquals(10, accepted.size());
        assertEquals(11, process.connectionCount());
        assertTrue(event.handledCount() <= 4);
        CoreConnection first = (CoreConnection) accepted.get(0);
        assertEquals(SocketState.SS_CONNECTED, first.state());
        assertEquals(FakeIo.REMOTE, first.remoteAddress());
        assertEquals(FakeIo.LOCAL, first.localAddress());
        assertSame(process, first.process());
    }

    @Test
    void shouldAcceptNothingBeforeItHasAnEvent() {
        CoreProcess process = rig.process();
        listener = rig.listen(process);
        socket = FakeIo.socket(listener);
        arrives();
        rig.steps(10);
        assertEquals(0, socket.reports);
        assertEquals(FakeIo.LOCAL, listener.localAddress());
    }

    @Test
    void shouldRestWhenThereIsNoFileForAnother() {
        accepting(rig.process());
        socket.arriving.add(IoError.TOO_MANY_FILES);
        arrives();
        rig.steps(20);
        assertEquals(1, socket.reports, "not polled while it rests");
        assertEquals(0, accepted.size());
        rig.after(Duration.ofSeconds(1));
        rig.steps(2);
        assertEquals(1, accepted.size());
    }

    @Test
    void shouldGoOnBehindAConnectionThatWasAborted() {
        accepting(rig.process());
        arrives();
        socket.arriving.add(IoError.CONNECTION_ABORTED);
        arrives();
        rig.step();
        assertEquals(2, accepted.size());
        assertEquals(List.of(0, IoResult.of(IoError.CONNECTION_ABORTED), 0, IoResult.WOULD_BLOCK), results);
    }

    @Test
    void shouldAcceptOnceForAOneShot() {
        CoreProcess process = rig.process();
        listener = rig.listen(process);
        socket = FakeIo.socket(listener);
        Event event = rig.on(listener, Readiness.READ, e -> accepted.add(e.accept()), EventFlag.ONESHOT);
        rig.step();
        arrives();
        arrives();
        rig.steps(3);
        assertEquals(1, accepted.size());
        assertTrue(event.isEnded());
        assertEquals(1, socket.arriving.size());
        assertTrue(listener.isOpen());
    }

    @Test
    void shouldResetConnectionsBeyondTheLimitOfItsProcess() {
        CoreProcess process = rig.process(ProcessLimits.DEFAULT.withConnections(3));
        accepting(process);
        List<FakeSocket> peers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            peers.add(arrives());
        }
        rig.steps(3);
        assertEquals(2, accepted.size(), "the listener counts");
        assertTrue(peers.get(2).reset);
        assertTrue(peers.get(3).reset);
        assertTrue(rig.reported("has 3 connections, its limit"));
        accepted.get(0).reset();
        rig.step();
        FakeSocket next = arrives();
        rig.steps(3);
        assertEquals(3, accepted.size());
        assertFalse(next.closed);
    }

    @Test
    void shouldTellThePeerThatItIsShed() {
        CoreProcess process = rig.process();
        listener = rig.listen(process);
        socket = FakeIo.socket(listener);
        EventSpec spec = new EventSpec(
                process,
                (FakeSource.Script) this::accept,
                "accept",
                FakeSource.REJECTS,
                EventClass.REJECTABLE,
                new EventFlag[0],
                0,
                new JobSpec.Reactive(listener, Readiness.READ));
        Event event = (Event) rig.source.context.register(spec, null);
        rig.step();
        rig.scheduler.overloaded = true;
        FakeSocket refused = arrives();
        rig.steps(2);
        assertTrue(refused.reset);
        assertEquals(1, event.shedCount());
        assertEquals(1, rig.ledger().shed);
        assertEquals(1, process.rejected);
        assertEquals(1, process.connectionCount());
        rig.scheduler.overloaded = false;
        FakeSocket taken = arrives();
        rig.steps(2);
        assertFalse(taken.closed);
        assertEquals(1, accepted.size());
    }

    @Test
    void shouldNotBeOpenedWhereTheSystemRefuses() {
        CoreProcess process = rig.process();
        rig.io.refusals.add(new IOException("listen on here:1: EADDRINUSE (Address already in use)"));
        SocketFailedException refused = assertThrows(SocketFailedException.class, () -> rig.listen(process));
        assertTrue(refused.getMessage().contains("EADDRINUSE"), refused.getMessage());
        assertEquals(0, process.connectionCount());
        assertEquals(0, rig.core.handles.size());
    }

    @Test
    void shouldEndWithItsProcess() {
        CoreProcess process = rig.process();
        Event event = accepting(process);
        arrives();
        rig.running(process::close);
        assertTrue(socket.closed);
        assertFalse(listener.isOpen());
        assertEquals(CloseReason.OWNER_ENDED, listener.closeReason());
        assertTrue(event.isEnded());
        assertThrows(IllegalStateException.class, () -> rig.listen(process));
    }

    @Test
    void shouldBeClosedInItsOwnHandler() {
        CoreProcess process = rig.process();
        listener = rig.listen(process);
        socket = FakeIo.socket(listener);
        Event event = rig.on(listener, Readiness.READ, e -> {
            accepted.add(e.accept());
            listener.close();
            assertEquals(null, e.accept());
        });
        rig.step();
        arrives();
        arrives();
        rig.steps(2);
        assertEquals(1, accepted.size());
        assertEquals(0, rig.ledger().failed);
        assertTrue(event.isEnded());
        assertTrue(accepted.get(0).isOpen());
    }
}
