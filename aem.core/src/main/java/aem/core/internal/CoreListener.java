package aem.core.internal;

import aem.api.AemProcess;
import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import aem.api.socket.CloseReason;
import aem.api.socket.Listener;
import aem.api.spi.Readiness;
import java.net.SocketAddress;

/** A listening socket. */
final class CoreListener extends Handle implements Listener {
    private volatile SocketAddress localAddress;
    private CoreConnection spare;
    private int acceptResult;

    CoreListener(long id, CoreProcess process) {
        super(id, process);
    }

    /** The socket listens. Before the handle is published. */
    void listening(SocketAddress address) {
        localAddress = address;
    }

    /** Accepts a connection on behalf of {@code event}, or returns null and says why in {@link #acceptResult()}. */
    CoreConnection accept(Event event) {
        acceptResult = IoResult.WOULD_BLOCK;
        if (!isOpen() || worker.io() == null) {
            return null;
        }
        CoreConnection fresh = spare == null ? process.newConnection() : spare;
        spare = null;
        fresh.worker = worker; // the listener may have moved since the spare one was made
        acceptResult = worker.io().accept(this, fresh);
        if (acceptResult != 0) {
            spare = fresh;
            return null;
        }
        if (!process.admit()) {
            worker.close(fresh, true);
            worker.core.reports.add("process " + process.name() + " has "
                    + process.limits().connections() + " connections, its limit: further ones are reset");
            acceptResult = IoResult.of(IoError.CONNECTION_ABORTED);
            return null;
        }
        fresh.connected();
        process.opened(fresh, event);
        fresh.attach();
        return fresh;
    }

    /** Accepts a connection and resets it at once. */
    int reject() {
        if (!isOpen() || worker.io() == null) {
            return IoResult.WOULD_BLOCK;
        }
        if (spare == null) {
            spare = process.newConnection();
        }
        int result = worker.io().accept(this, spare);
        if (result == 0) {
            worker.io().close(spare, true);
            process.rejected++;
        }
        return result;
    }

    int acceptResult() {
        return acceptResult;
    }

    @Override
    int interest(boolean mayRead) {
        return mayRead && hasEvent(Readiness.READ) ? Poller.IN : 0;
    }

    @Override
    boolean wantsPoller() {
        return interest(true) != 0;
    }

    @Override
    void ready(int ready) {
        signalReadable();
    }

    @Override
    void bound(Event event) {
        rearm();
    }

    @Override
    boolean mayRead() {
        return true;
    }

    @Override
    void readAgain() {
        // level-triggered: the poller tells
    }

    @Override
    void afterHandler(Event event) {
        rearm();
    }

    @Override
    void pollerRefused(IoError why) {
        worker.core.reports.add(label() + " can't be watched: " + why);
    }

    @Override
    void timerExpired() {
        // a listener has no timer but its pause
    }

    @Override
    void ownerEnded() {
        end(CloseReason.OWNER_ENDED);
    }

    private void end(CloseReason reason) {
        if (isOpen()) {
            release(reason, false);
            endEvents(0);
        }
    }

    @Override
    public boolean atEnd() {
        return !isOpen();
    }

    @Override
    public void abort(CloseReason reason) {
        process.execute(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                end(reason);
            }
        });
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public AemProcess process() {
        return process;
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public void close() {
        process.execute(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                end(CloseReason.LOCAL);
            }
        });
    }

    @Override
    public String label() {
        return "listener " + id + " (" + localAddress + ", process " + process.name() + ")";
    }

    @Override
    public String toString() {
        return label();
    }
}
