package aem.core.internal;

import aem.api.AemProcess;
import aem.api.io.IoError;
import aem.api.io.IoProvider;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import aem.api.io.SocketOption;
import aem.api.memory.Block;
import aem.api.memory.EventData;
import aem.api.socket.CloseReason;
import aem.api.socket.Connection;
import aem.api.socket.SocketFailedException;
import aem.api.socket.SocketState;
import aem.api.spi.Readiness;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A stream connection. It is the core's own, so that its bytes survive every part: what can't be sent because the I/O
 * provider is away waits in {@link UnsentQueue}.
 */
final class CoreConnection extends Handle implements Connection {
    static final int MAX_UNSENT_LIMIT_BYTES = 16 << 20;
    private static final int MIN_RECEIVE_BYTES = 512;
    private static final int MAX_RECEIVE_BYTES = 64 << 10;
    /** Writes of one flush, so that one connection does not hold up the others: 16 x 64 KiB. */
    private static final int MAX_FLUSH_WRITES = 16;

    private volatile SocketAddress localAddress;
    private volatile SocketAddress remoteAddress;
    private volatile SocketState state = SocketState.SS_CONNECTING;
    private volatile Object attachment;
    private volatile int unsentLimitBytes;
    private volatile boolean halfOpen;
    /** No write is taken any more. Set by whoever closes, on any thread. */
    private volatile boolean outputEnded;

    private volatile boolean closing;
    /** {@link UnsentQueue#bytes()} for other threads. */
    private volatile long unsentBytes;
    /** What other threads have submitted and the home worker has not taken over yet. */
    private final AtomicLong foreignBytes = new AtomicLong();
    /** What is to be done when those are taken over: {@link #close}, {@link #shutdownOutput}. */
    private final ArrayDeque<Runnable> behindForeign = new ArrayDeque<>(0);

    /** One node however often other threads try: they could fill the lane faster than the worker empties it. */
    private final AtomicBoolean refusalUnderWay = new AtomicBoolean();

    private final Errand refusal;

    private final UnsentQueue unsent;
    private boolean shutDown;
    private boolean aboveHalf;
    private boolean atEnd;
    /** The socket is in its last state (ERR or HUP) and out of the poller; what it has can still be read. */
    private boolean hungUp;
    /** Memory ran out when it was to be read. */
    private boolean waitsForMemory;

    /** The end of a connect is told once; until {@link #finishConnect} the poller need not know the socket. */
    private boolean connectTold;

    private boolean wasConnected;
    private int receiveBytes = 2 << 10;
    private int smallReceives;
    private long readBytes;
    private long writtenBytes;

    CoreConnection(long id, CoreProcess process, int unsentLimitBytes) {
        super(id, process);
        this.unsentLimitBytes = unsentLimitBytes;
        unsent = new UnsentQueue(process);
        refusal = new Errand(process) {
            @Override
            void carryOut(Worker on) {
                refusalUnderWay.set(false);
                aboveHalf = true;
                foreignTaken();
            }
        };
    }

    // ---- life -----------------------------------------------------------------------------------------------------

    /** The connect is under way. Before the handle is published. */
    void connecting(SocketAddress remote) {
        remoteAddress = remote;
    }

    /** The connection stands. */
    void connected() {
        wasConnected = true;
        localAddress = worker.io().localAddress(this);
        if (remoteAddress == null) {
            remoteAddress = worker.io().remoteAddress(this);
        }
        enter(SocketState.SS_CONNECTED);
    }

    boolean wasConnected() {
        return wasConnected;
    }

    private void enter(SocketState newState) {
        if (state != newState) {
            state = newState;
            signal(Readiness.STATE);
        }
    }

    int finishConnect() {
        if (!isOpen()) {
            return IoResult.of(error() == null ? IoError.BAD_HANDLE : error());
        }
        int result = worker.io() == null ? IoResult.WOULD_BLOCK : worker.io().finishConnect(this);
        if (result == 0) {
            connected();
            updateInterest();
            flush();
        } else if (IoResult.isError(result)) {
            error(IoResult.error(result));
        } else {
            connectTold = false;
            updateInterest();
        }
        return result;
    }

    @Override
    void bound(Event event) {
        if (!isOpen()) {
            int told = event.interest & (Readiness.CONNECT | Readiness.CLOSE | Readiness.STATE);
            if (told != 0) {
                event.signal(told); // any other just ends
            }
            return;
        }
        if ((event.interest & Readiness.STATE) != 0) {
            event.signal(Readiness.STATE);
        }
        if ((event.interest & Readiness.CLOSE) != 0 && atEnd) {
            event.signal(Readiness.CLOSE);
        }
        if ((event.interest & Readiness.CONNECT) != 0 && connectTold) {
            event.signal(Readiness.CONNECT); // the poller was faster than the registration
        }
        rearm();
        readAgain();
    }

    @Override
    void ready(int ready) {
        if (state == SocketState.SS_CONNECTING) {
            connectTold = true;
            updateInterest();
            signal(Readiness.CONNECT);
            return;
        }
        if ((ready & Poller.OUT) != 0) {
            flush();
        }
        if ((ready & (Poller.ERROR | Poller.HANGUP)) != 0 && isOpen()) {
            lastState();
        } else if ((ready & Poller.IN) != 0 && isOpen()) {
            signalReadable();
        }
    }

    /** ERR and HUP can't be masked: the socket leaves the poller, and what it still has is read without it. */
    private void lastState() {
        hungUp = true;
        updateInterest();
        int code = worker.io().takeError(this);
        if (code != 0) {
            error(IoResult.error(code));
        }
        if (!atEnd && hasEvent(Readiness.READ)) {
            readAgain();
        } else if (code != 0) {
            broken(error());
        } else {
            end(CloseReason.PEER_CLOSED, false); // both directions have ended
        }
    }

    @Override
    void readAgain() {
        if (hungUp && isOpen() && !atEnd) {
            signalReadable();
        }
    }

    @Override
    void afterHandler(Event event) {
        if (!isOpen()) {
            event.finishIfIdle();
            return;
        }
        if ((event.interest & Readiness.CLOSE) != 0 && atEnd && !halfOpen) {
            closeWhenSent(CloseReason.PEER_CLOSED);
            return;
        }
        rearm();
        readAgain();
    }

    // ---- reading --------------------------------------------------------------------------------------------------

    int receive(LentData data) {
        IoProvider io = worker.io();
        if (!isOpen() || atEnd || io == null || worker.allocator == null) {
            disarm();
            return IoResult.WOULD_BLOCK;
        }
        int limitBytes = mostBytesToRead();
        long block = process.allocate(Math.min(receiveBytes, limitBytes));
        if (block == Block.NONE) {
            waitsForMemory = true;
            process.awaitMemory(this);
            disarm();
            return IoResult.WOULD_BLOCK;
        }
        MemorySegment region = worker.region(block);
        int size = Math.min(Block.size(block), limitBytes);
        int count = io.read(this, region, Block.offset(block), size);
        if (count > 0) {
            readBytes += count;
            adaptReceiveSize(count, size);
            data.lend(block, region, Block.offset(block), count);
            return count;
        }
        process.free(block);
        nothingRead(count);
        return count;
    }

    /** Reads into memory of the application. */
    int receive(MemorySegment destination) {
        IoProvider io = worker.io();
        if (!isOpen() || atEnd || io == null) {
            disarm();
            return IoResult.WOULD_BLOCK;
        }
        int count = io.readInto(this, destination, (int) Math.min(destination.byteSize(), mostBytesToRead()));
        if (count > 0) {
            readBytes += count;
        } else {
            nothingRead(count);
        }
        return count;
    }

    private void nothingRead(int count) {
        if (count == IoResult.EOF && error() != null) {
            broken(error()); // it was taken before, see lastState() and brokenWrite()
        } else if (count == IoResult.EOF) {
            endOfInput();
        } else if (IoResult.isError(count)) {
            broken(IoResult.error(count));
        }
    }

    /** Reading begins with the unsent queue half full at most; an answer as long as what was read always fits in then. */
    private int mostBytesToRead() {
        int limitBytes = unsentLimitBytes;
        return limitBytes - limitBytes / 2;
    }

    /** A full block doubles the next one; two that were not a quarter full halve it. */
    private void adaptReceiveSize(int count, int size) {
        if (count == size) {
            receiveBytes = Math.min(size * 2, MAX_RECEIVE_BYTES);
            smallReceives = 0;
        } else if (count > size / 4) {
            smallReceives = 0;
        } else if (++smallReceives >= 2) {
            smallReceives = 0;
            receiveBytes = Math.max(size / 2, MIN_RECEIVE_BYTES);
        }
    }

    private void endOfInput() {
        atEnd = true;
        closeReason(CloseReason.PEER_CLOSED);
        enter(SocketState.SS_DISCONNECTING);
        updateInterest();
        if (hasEvent(Readiness.CLOSE)) {
            signal(Readiness.CLOSE);
        } else if (!halfOpen) {
            closeWhenSent(CloseReason.PEER_CLOSED);
        }
        if (hungUp && isOpen() && unsent.bytes() > 0) {
            flush();
        }
    }

    private void broken(IoError what) {
        error(what);
        end(
                switch (what) {
                    case CONNECTION_RESET, BROKEN_PIPE -> CloseReason.PEER_RESET;
                    case TIMED_OUT, HOST_UNREACHABLE, NETWORK_UNREACHABLE -> CloseReason.TIMED_OUT;
                    default -> CloseReason.FAILED;
                },
                false);
    }

    @Override
    boolean mayRead() {
        return worker.allocator != null
                && !waitsForMemory
                && !atEnd
                && unsent.bytes() <= unsentLimitBytes / 2
                && state != SocketState.SS_CONNECTING;
    }

    /** Memory of the process has returned. */
    void memoryReturned() {
        waitsForMemory = false;
        rearm();
        readAgain();
    }

    // ---- writing --------------------------------------------------------------------------------------------------

    @Override
    public boolean write(EventData data) {
        return write(data, 0, data.length());
    }

    @Override
    public boolean write(EventData data, int index, int length) {
        if (!(data instanceof Data own)) {
            throw new IllegalArgumentException("not data of this runtime: " + data);
        }
        boolean taken = write(own.region, own.at(index, length), length);
        own.recheck();
        return taken;
    }

    @Override
    public boolean write(byte[] bytes) {
        return write(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    @Override
    public boolean write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        return write(MemorySegment.ofArray(bytes), offset, length);
    }

    @Override
    public boolean write(ByteBuffer buffer) {
        boolean taken = write(MemorySegment.ofBuffer(buffer), 0, buffer.remaining());
        if (taken) {
            buffer.position(buffer.limit());
        }
        return taken;
    }

    @Override
    public boolean write(MemorySegment segment) {
        if (segment.byteSize() > MAX_UNSENT_LIMIT_BYTES) {
            throw tooLong(segment.byteSize());
        }
        return write(segment, 0, (int) segment.byteSize());
    }

    private IllegalArgumentException tooLong(long length) {
        return new IllegalArgumentException("a write of " + length + " bytes exceeds connection " + id
                + "'s limit of unsent bytes, " + unsentLimitBytes);
    }

    private boolean write(MemorySegment source, long offset, int length) {
        if (length > unsentLimitBytes) {
            throw tooLong(length);
        }
        if (outputEnded || !isOpen()) {
            return false;
        }
        if (length == 0) {
            return true;
        }
        int how = process.enter();
        if (how == Worker.FOREIGN) {
            return submit(source, offset, length);
        }
        try {
            return writeAtHome(source, offset, length);
        } finally {
            Worker.leave(how);
        }
    }

    private boolean writeAtHome(MemorySegment source, long offset, int length) {
        if (unsent.bytes() + foreignBytes.get() + length > unsentLimitBytes) {
            aboveHalf = true;
            return false;
        }
        return send(source, offset, length);
    }

    /** Sends or keeps all bytes; false if the connection broke before any was taken. */
    private boolean send(MemorySegment source, long offset, int length) {
        int sent = 0;
        if (unsent.bytes() == 0 && worker.io() != null && state != SocketState.SS_CONNECTING) {
            int result = source.isNative()
                    ? worker.io().write(this, source, offset, length)
                    : worker.writeHeap(this, source, offset, length);
            if (IoResult.isError(result)) {
                brokenWrite(IoResult.error(result));
                return false;
            }
            sent = Math.max(0, result);
            countWritten(sent);
        }
        if (sent < length) {
            unsent.append(source, offset + sent, length - sent);
            unsentChanged();
            updateInterest();
        }
        return true;
    }

    /** A write failed: the peer is gone, but what it sent before may still be there to read. */
    private void brokenWrite(IoError what) {
        error(what);
        if (atEnd || !hasEvent(Readiness.READ)) {
            broken(what);
        } else {
            outputEnded = true;
            unsent.clear();
            unsentChanged();
            hungUp = true;
            updateInterest();
            rearm();
            readAgain();
        }
    }

    private boolean submit(MemorySegment source, long offset, int length) {
        if (unsentBytes + foreignBytes.addAndGet(length) > unsentLimitBytes) {
            takeBack(length);
            return false;
        }
        MemorySegment copy = MemorySegment.ofArray(new byte[length]);
        MemorySegment.copy(source, offset, copy, 0, length);
        boolean submitted = process.submit(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                foreignBytes.addAndGet(-length);
                if (isOpen() && !shutDown) {
                    send(copy, 0, length);
                }
                foreignTaken();
            }
        });
        if (!submitted) {
            takeBack(length);
        }
        return submitted;
    }

    /** A write of another thread was refused: as promised, the room event comes. */
    private void takeBack(int length) {
        foreignBytes.addAndGet(-length);
        if (refusalUnderWay.compareAndSet(false, true)) {
            process.post(refusal);
        }
    }

    private void foreignTaken() {
        if (isOpen()) {
            room();
        }
        while (foreignBytes.get() == 0 && !behindForeign.isEmpty()) {
            behindForeign.poll().run();
        }
    }

    private void flush() {
        if (worker.io() == null || state == SocketState.SS_CONNECTING) {
            return;
        }
        int result = unsent.flush(worker.io(), this, MAX_FLUSH_WRITES);
        if (IoResult.isError(result)) {
            brokenWrite(IoResult.error(result));
            return;
        }
        unsentChanged();
        if (unsent.bytes() == 0) {
            outputSent();
        }
        updateInterest();
    }

    private void outputSent() {
        if (closing) {
            release(closeReason() == null ? CloseReason.LOCAL : closeReason(), false);
            ended();
        } else if (outputEnded && !shutDown && foreignBytes.get() == 0) {
            shutDown = true;
            worker.io().shutdownOutput(this);
        }
    }

    private void unsentChanged() {
        unsentBytes = unsent.bytes();
        room();
    }

    /** Keeps the edge of 'half full': tells once when the queue has come down to it. */
    private void room() {
        if (unsent.bytes() > unsentLimitBytes / 2) {
            aboveHalf = true;
        } else if (aboveHalf) {
            aboveHalf = false;
            signal(Readiness.ROOM);
            rearm();
        }
    }

    void countWritten(int count) {
        writtenBytes += count;
    }

    // ---- ending ---------------------------------------------------------------------------------------------------

    /** Closes when the unsent bytes are sent; until then, at most for the linger time, nothing is read. */
    private void closeWhenSent(CloseReason reason) {
        closeReason(reason);
        outputEnded = true;
        if (unsent.bytes() == 0 || state == SocketState.SS_CONNECTING || hungUp && error() != null) {
            end(reason, false);
            return;
        }
        if (closing) {
            return;
        }
        closing = true;
        enter(SocketState.SS_DISCONNECTING);
        endEvents(Readiness.CLOSE | Readiness.STATE);
        startLinger(worker.core.config().linger().toNanos());
        updateInterest();
    }

    @Override
    void timerExpired() {
        worker.core.reports.add("peer " + remoteAddress + " of process " + process.name()
                + " did not take the last bytes within the linger time: reset");
        end(CloseReason.TIMED_OUT, true);
    }

    private void end(CloseReason reason, boolean reset) {
        if (!isOpen()) {
            return;
        }
        outputEnded = true;
        release(reason, reset);
        ended();
    }

    private void ended() {
        unsent.clear();
        unsentBytes = 0;
        behindForeign.clear();
        endEvents(Readiness.CLOSE | Readiness.STATE | Readiness.CONNECT);
        if (!connectTold) {
            signal(Readiness.CONNECT);
        }
        enter(wasConnected ? SocketState.SS_FREE : SocketState.SS_UNCONNECTED);
        signal(Readiness.CLOSE);
        for (Event event : bound()) {
            event.finishIfIdle();
        }
        attachment = null;
    }

    @Override
    void ownerEnded() {
        closeWhenSent(CloseReason.OWNER_ENDED);
    }

    @Override
    public void abort(CloseReason reason) {
        process.execute(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                end(reason, true);
            }
        });
    }

    @Override
    public void close() {
        outputEnded = true;
        atHome(() -> closeWhenSent(CloseReason.LOCAL));
    }

    @Override
    public void reset() {
        outputEnded = true;
        process.execute(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                end(CloseReason.LOCAL, true);
            }
        });
    }

    @Override
    public void shutdownOutput() {
        outputEnded = true;
        atHome(() -> {
            if (isOpen() && unsent.bytes() == 0 && worker.io() != null && state != SocketState.SS_CONNECTING) {
                outputSent();
            }
        });
    }

    /** Runs on the home worker, behind what other threads have submitted before. */
    private void atHome(Runnable action) {
        process.execute(new Errand(process) {
            @Override
            void carryOut(Worker on) {
                if (foreignBytes.get() > 0 && isOpen()) {
                    behindForeign.add(action);
                } else {
                    action.run();
                }
            }
        });
    }

    // ---- Handle ---------------------------------------------------------------------------------------------------

    @Override
    int interest(boolean mayRead) {
        if (state == SocketState.SS_CONNECTING) {
            return Poller.OUT;
        }
        int wanted = unsent.bytes() > 0 || outputEnded && !shutDown && !closing ? Poller.OUT : 0;
        if (mayRead && !atEnd && !closing && hasEvent(Readiness.READ)) {
            wanted |= Poller.IN;
        }
        return wanted;
    }

    @Override
    boolean wantsPoller() {
        if (hungUp || connectTold && state == SocketState.SS_CONNECTING) {
            return false;
        }
        return interest(true) != 0 || hasEvent(Readiness.CLOSE | Readiness.READ);
    }

    @Override
    void pollerRefused(IoError why) {
        worker.core.reports.add(label() + " can't be watched: " + why);
        error(why);
        end(CloseReason.FAILED, true);
    }

    @Override
    public boolean atEnd() {
        return atEnd;
    }

    // ---- Connection -----------------------------------------------------------------------------------------------

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
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public SocketState state() {
        return state;
    }

    @Override
    public long unsentBytes() {
        return unsentBytes + foreignBytes.get();
    }

    @Override
    public int unsentLimitBytes() {
        return unsentLimitBytes;
    }

    @Override
    public void unsentLimitBytes(int limitBytes) {
        if (limitBytes < 1 || limitBytes > MAX_UNSENT_LIMIT_BYTES) {
            throw new IllegalArgumentException(
                    "limit of unsent bytes must be from 1 to " + MAX_UNSENT_LIMIT_BYTES + ": " + limitBytes);
        }
        unsentLimitBytes = limitBytes;
    }

    @Override
    public void halfOpen(boolean keep) {
        halfOpen = keep;
    }

    @Override
    public Object attachment() {
        return attachment;
    }

    @Override
    public void attach(Object object) {
        attachment = isOpen() ? object : null;
    }

    @Override
    public int option(SocketOption option) {
        try {
            return openIo(option).option(this, option);
        } catch (IOException e) {
            throw new SocketFailedException(e.getMessage(), e);
        }
    }

    @Override
    public void option(SocketOption option, int value) {
        try {
            openIo(option).option(this, option, value);
        } catch (IOException e) {
            throw new SocketFailedException(e.getMessage(), e);
        }
    }

    private IoProvider openIo(SocketOption option) throws IOException {
        IoProvider io = process.core.parts().io();
        if (io == null || !isOpen()) {
            throw new IOException("option " + option + " of connection " + id + ": "
                    + (io == null ? "no I/O provider is running" : "the connection is closed"));
        }
        return io;
    }

    long readBytes() {
        return readBytes;
    }

    long writtenBytes() {
        return writtenBytes;
    }

    @Override
    public String label() {
        return "connection " + id + " (" + remoteAddress + ", process " + process.name() + ")";
    }

    @Override
    public String toString() {
        return label();
    }
}
