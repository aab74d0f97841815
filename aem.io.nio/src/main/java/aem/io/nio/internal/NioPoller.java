package aem.io.nio.internal;

import aem.api.io.IoError;
import aem.api.io.IoHandle;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A selector. Its keys' attachments are JDK objects, so that a channel, which outlives this bundle, does not pin it.
 *
 * <p>A cancelled key leaves the selector with a selection only; until then its channel can't be registered again, and if the
 * channel is closed its socket stays open. So a handle's removal selects, {@link #flush}. Where that can't be, because a
 * selection is under way, the key stays without interest until that is over.
 */
final class NioPoller implements Poller {
    private static final long NS_PER_MS = 1_000_000;

    // an attachment
    private static final int KEY = 0;
    private static final int WATCHED = 1;

    private static final Consumer<SelectionKey> IGNORE = key -> {};

    private final Selector selector;
    private final int batch;
    private final Consumer<SelectionKey> action = this::selected;

    // of the poll under way
    private Sink sink;
    private int seen;
    private int reported;

    /** How many ready keys the next poll passes over: those that the last one has reported, if there were more. */
    private int skip;

    /** Keys of handles that were removed during a poll. */
    private final ArrayList<SelectionKey> removed = new ArrayList<>();

    /** Calls of {@link #wakeup}, and how many there were when the last poll began. */
    private final AtomicInteger wakeups = new AtomicInteger();

    private int wakeupsSeen;

    NioPoller(int batch) throws IOException {
        this.batch = batch;
        selector = Selector.open();
    }

    @Override
    public int add(IoHandle handle, int interest, long key) {
        SelectableChannel channel = (SelectableChannel) handle.channel();
        if (channel == null) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
        try {
            SelectionKey known = channel.keyFor(selector);
            if (known == null) {
                channel.register(selector, ops(channel, interest), new long[] {key, 1});
                return 0;
            }
            long[] watch = (long[]) known.attachment();
            if (watch[WATCHED] == 1) {
                return IoResult.of(IoError.OTHER);
            }
            watch[KEY] = key;
            watch[WATCHED] = 1;
            known.interestOps(ops(channel, interest));
            return 0;
        } catch (ClosedChannelException | ClosedSelectorException | java.nio.channels.CancelledKeyException e) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
    }

    @Override
    public int modify(IoHandle handle, int interest, long key) {
        SelectionKey known = watched(handle);
        if (known == null) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
        ((long[]) known.attachment())[KEY] = key;
        known.interestOps(ops(known.channel(), interest));
        return 0;
    }

    @Override
    public void remove(IoHandle handle) {
        SelectionKey known = watched(handle);
        if (known != null) {
            ((long[]) known.attachment())[WATCHED] = 0;
            known.interestOps(0);
            removed.add(known);
            if (sink == null) {
                flush();
            }
        }
    }

    /** Has the keys of removed handles leave. What is ready meanwhile is so in the next poll, and a wake-up is repeated. */
    private void flush() {
        for (SelectionKey key : removed) {
            if (((long[]) key.attachment())[WATCHED] == 0) {
                key.cancel();
            }
        }
        removed.clear();
        try {
            selector.selectNow(IGNORE);
        } catch (IOException e) {
            throw new UncheckedIOException("remove: " + e.getMessage(), e);
        }
        if (wakeups.get() != wakeupsSeen) {
            selector.wakeup();
        }
    }

    /** The key of a handle that is watched, or null. */
    private SelectionKey watched(IoHandle handle) {
        SelectableChannel channel = (SelectableChannel) handle.channel();
        SelectionKey known = channel == null ? null : channel.keyFor(selector);
        return known != null && known.isValid() && ((long[]) known.attachment())[WATCHED] == 1 ? known : null;
    }

    /** A connect's end is readiness for output too; a key that asks for both is told of that which applies. */
    private static int ops(SelectableChannel channel, int interest) {
        if ((interest & ~(IN | OUT)) != 0) {
            throw new IllegalArgumentException("interest must be IN, OUT, both or 0: " + interest);
        }
        if (channel instanceof ServerSocketChannel) {
            return (interest & IN) != 0 ? SelectionKey.OP_ACCEPT : 0;
        }
        return ((interest & IN) != 0 ? SelectionKey.OP_READ : 0)
                | ((interest & OUT) != 0 ? SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT : 0);
    }

    @Override
    public int poll(long timeoutNs, Sink newSink) {
        sink = newSink;
        wakeupsSeen = wakeups.get();
        try {
            select(timeoutNs);
            if (reported == 0 && seen > 0) {
                skip = 0; // all that is ready now was passed over
                select(0);
            }
            skip = seen > skip + batch ? skip + batch : 0;
            return reported;
        } catch (IOException e) {
            throw new UncheckedIOException("poll: " + e.getMessage(), e);
        } catch (ClosedSelectorException e) {
            throw new IllegalStateException("poll: closed", e);
        } finally {
            sink = null;
            if (!removed.isEmpty() && selector.isOpen()) {
                flush();
            }
        }
    }

    private void select(long timeoutNs) throws IOException {
        seen = 0;
        reported = 0;
        if (timeoutNs == 0) {
            selector.selectNow(action);
        } else if (timeoutNs < 0) {
            selector.select(action);
        } else {
            selector.select(action, timeoutNs / NS_PER_MS + (timeoutNs % NS_PER_MS == 0 ? 0 : 1));
        }
    }

    private void selected(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        long[] watch = (long[]) key.attachment();
        int ready = ready(key.readyOps());
        if (watch[WATCHED] == 0 || ready == 0) {
            return;
        }
        boolean passedOver = seen++ < skip;
        if (!passedOver && reported < batch) {
            reported++;
            sink.ready(watch[KEY], ready);
        }
    }

    private static int ready(int ops) {
        return ((ops & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0 ? IN : 0)
                | ((ops & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0 ? OUT : 0);
    }

    @Override
    public void wakeup() {
        wakeups.incrementAndGet();
        selector.wakeup();
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("close a poller: " + e.getMessage(), e);
        }
    }
}
