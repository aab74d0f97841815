package aem.core.internal;

import aem.api.io.IoError;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;

/** A socket in memory. What the peer and the system do to it is set by the test, between two cycles. */
final class FakeSocket {
    /** Of a peer that has ended its direction. */
    static final Object FIN = new Object();

    /** byte[], {@link IoError} or {@link #FIN}; of a listener FakeSocket or IoError. */
    final ArrayDeque<Object> arriving = new ArrayDeque<>();

    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    /** Bytes that it takes before it would block. */
    int room = Integer.MAX_VALUE;
    /** Bytes that one write or read moves at most. */
    int bytesPerCall = Integer.MAX_VALUE;
    /** What the next write returns instead of taking anything. */
    IoError writeError;
    /** While a connect is under way. */
    boolean connecting;
    /** How the connect has ended; null while it has not, 0 if well. */
    Integer connectResult;

    boolean hangup;
    IoError pendingError;
    /** What the poller says to this socket. */
    IoError refusedByPoller;

    boolean outputShut;
    boolean closed;
    boolean reset;
    int reports;
    int reads;

    void arrive(byte... bytes) {
        arriving.add(bytes);
    }

    void arrive(String text) {
        arriving.add(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    void fin() {
        arriving.add(FIN);
    }

    /** As RST does: what had not been read is gone, as is what was not sent. */
    void peerResets() {
        arriving.clear();
        arriving.add(IoError.CONNECTION_RESET);
        writeError = IoError.CONNECTION_RESET;
        pendingError = IoError.CONNECTION_RESET;
        hangup = true;
    }

    void connectEnds(int result) {
        connectResult = result;
    }

    String sent() {
        return sent.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    int ready() {
        if (connecting) {
            return connectResult == null ? 0 : Poller.OUT;
        }
        return (arriving.isEmpty() ? 0 : Poller.IN)
                | (room > 0 || writeError != null ? Poller.OUT : 0)
                | (hangup ? Poller.HANGUP : 0)
                | (pendingError != null ? Poller.ERROR : 0);
    }

    int read(MemorySegment region, long offset, int length) {
        reads++;
        Object next = arriving.peek();
        if (next == null) {
            return IoResult.WOULD_BLOCK;
        }
        if (next == FIN) {
            return IoResult.EOF;
        }
        if (next instanceof IoError error) {
            arriving.poll();
            fin(); // an error is told once, then there is nothing more
            pendingError = null;
            return IoResult.of(error);
        }
        byte[] bytes = (byte[]) arriving.poll();
        int count = Math.min(Math.min(bytes.length, length), bytesPerCall);
        MemorySegment.copy(bytes, 0, region, ValueLayout.JAVA_BYTE, offset, count);
        if (count < bytes.length) {
            arriving.addFirst(Arrays.copyOfRange(bytes, count, bytes.length));
        }
        return count;
    }

    int write(MemorySegment region, long offset, int length) {
        if (writeError != null) {
            pendingError = null;
            return IoResult.of(writeError);
        }
        if (outputShut) {
            return IoResult.of(IoError.BROKEN_PIPE);
        }
        int count = Math.min(Math.min(length, room), bytesPerCall);
        if (count == 0) {
            return IoResult.WOULD_BLOCK;
        }
        byte[] bytes = new byte[count];
        MemorySegment.copy(region, ValueLayout.JAVA_BYTE, offset, bytes, 0, count);
        sent.writeBytes(bytes);
        room -= room == Integer.MAX_VALUE ? 0 : count;
        return count;
    }
}
