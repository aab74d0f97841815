package aem.io.nio.internal;

import aem.api.io.IoError;
import aem.api.io.IoHandle;
import aem.api.io.IoResult;
import aem.api.io.Poller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A selector, which is level-triggered. A selection key's attachment is the handle's key in an array of one: the JDK keeps
 * it for as long as the channel is open, and a class of this bundle would keep the bundle. Without attachment the handle is
 * not watched, although its channel is still registered: so it costs no selection to forget a handle, and none to watch it
 * again.
 */
final class NioPoller implements Poller {
    private static final int CONNECT_OR_WRITE = SelectionKey.OP_CONNECT | SelectionKey.OP_WRITE;
    private static final int ACCEPT_OR_READ = SelectionKey.OP_ACCEPT | SelectionKey.OP_READ;

    /** The JDK asks Linux for so many at a time. */
    private static final int FIRST_READY = 512;

    private static final long NS_PER_MS = 1_000_000;

    private final Selector selector;
    private final int batch;
    private final Consumer<NioPoller> closed;
    private final Consumer<SelectionKey> collect = this::collect;
    private SelectionKey[] ready = new SelectionKey[FIRST_READY];
    private int count;

    /** Where the next batch begins, if the last selection was more than a batch. */
    private int first;

    /** The thread that polls. */
    private volatile Thread poller = Thread.currentThread();

    /** Told beside the selector's own wake-up, which a selection that is no poll's takes as well. */
    private volatile boolean woken;

    /**
     * @param closed told when the poller is closed
     */
    NioPoller(Selector selector, int batch, Consumer<NioPoller> closed) {
        this.selector = selector;
        this.batch = batch;
        this.closed = closed;
    }

    // ---- what is watched ------------------------------------------------------------------------------------------

    @Override
    public int add(IoHandle handle, int interest, long key) {
        check(interest);
        if (!(handle.channel() instanceof SelectableChannel channel)) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
        try {
            SelectionKey known = channel.keyFor(selector);
            if (known == null) {
                channel.register(selector, operations(channel, interest), new long[] {key});
                return 0;
            }
            if (known.attachment() != null) {
                return IoResult.of(IoError.OTHER);
            }
            known.interestOps(operations(channel, interest));
            known.attach(new long[] {key});
            return 0;
        } catch (ClosedChannelException | CancelledKeyException | ClosedSelectorException e) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
    }

    @Override
    public int modify(IoHandle handle, int interest, long key) {
        check(interest);
        if (!(handle.channel() instanceof SelectableChannel channel) || !channel.isOpen()) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
        SelectionKey known = channel.keyFor(selector);
        if (known == null || !(known.attachment() instanceof long[] attached)) {
            return IoResult.of(IoError.OTHER);
        }
        try {
            attached[0] = key;
            setInterest(known, operations(channel, interest));
            return 0;
        } catch (CancelledKeyException | ClosedSelectorException e) {
            return IoResult.of(IoError.BAD_HANDLE);
        }
    }

    /** The selector queues each call, even one that changes nothing. */
    private static void setInterest(SelectionKey key, int operations) {
        if (key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    @Override
    public void remove(IoHandle handle) {
        if (handle.channel() instanceof SelectableChannel channel) {
            SelectionKey known = channel.keyFor(selector);
            if (known != null && known.isValid()) {
                known.attach(null);
                setInterest(known, 0);
            }
        }
    }

    /** The state of a connection decides which of connect and write it reports: so both are asked for, once and for all. */
    private static int operations(SelectableChannel channel, int interest) {
        int operations = ((interest & IN) != 0 ? ACCEPT_OR_READ : 0) | ((interest & OUT) != 0 ? CONNECT_OR_WRITE : 0);
        return operations & channel.validOps();
    }

    private static void check(int interest) {
        if ((interest & ~(IN | OUT)) != 0) {
            throw new IllegalArgumentException("interest must be IN, OUT, both or 0: " + interest);
        }
    }

    /**
     * A closed channel that is registered keeps its descriptor, a listener its port, until the next selection: so that is
     * made now. The readiness that it finds is found again by the next poll. Any thread.
     */
    void channelClosed(SelectableChannel channel) {
        if (channel.keyFor(selector) == null) {
            return;
        }
        if (Thread.currentThread() == poller) {
            try {
                selector.selectNow(key -> {});
            } catch (IOException e) {
                throw new UncheckedIOException("deregister a channel: " + Errors.text(e), e);
            } catch (ClosedSelectorException e) {
                return;
            }
            if (!woken) {
                return;
            }
        }
        selector.wakeup();
    }

    // ---- poll -----------------------------------------------------------------------------------------------------

    @Override
    public int poll(long timeoutNs, Sink sink) {
        Thread current = Thread.currentThread();
        if (poller != current) {
            poller = current;
        }
        await(timeoutNs);
        int selected = count;
        int reported = 0;
        try {
            int reports = Math.min(selected, batch);
            int start = selected > batch ? first % selected : 0;
            for (int i = 0; i < reports && selector.isOpen(); i++) {
                if (report(ready[(start + i) % selected], sink)) {
                    reported++;
                }
            }
            first = selected > batch ? start + batch : 0;
        } finally {
            Arrays.fill(ready, 0, selected, null);
            count = 0;
        }
        return reported;
    }

    private void await(long timeoutNs) {
        // the clock is read only where something could prolong the wait
        long startNs = timeoutNs > 0 ? System.nanoTime() : 0;
        select(timeoutNs);
        while (count == 0 && timeoutNs != 0 && !takeWakeup()) {
            long leftNs = timeoutNs < 0 ? -1 : timeoutNs - (System.nanoTime() - startNs);
            if (timeoutNs > 0 && leftNs <= 0) {
                return;
            }
            select(leftNs);
        }
    }

    private boolean takeWakeup() {
        boolean was = woken;
        if (was) {
            woken = false;
        }
        return was;
    }

    private void select(long timeoutNs) {
        try {
            if (timeoutNs == 0) {
                selector.selectNow(collect);
            } else {
                // a selector does not wait on an interrupted thread; to a worker the status means nothing
                Thread.interrupted();
                selector.select(collect, timeoutNs < 0 ? 0 : toMsRoundedUp(timeoutNs));
            }
        } catch (ClosedSelectorException e) {
            throw new IllegalStateException("poll: closed", e);
        } catch (IOException e) {
            throw new IllegalStateException("poll: " + Errors.text(e), e);
        }
    }

    static long toMsRoundedUp(long timeoutNs) {
        return timeoutNs / NS_PER_MS + (timeoutNs % NS_PER_MS == 0 ? 0 : 1);
    }

    /** Called by the selector, which is locked meanwhile: so the sink is called later. */
    private void collect(SelectionKey key) {
        if (count == ready.length) {
            ready = Arrays.copyOf(ready, 2 * count);
        }
        ready[count++] = key;
    }

    /** Unless the sink has meanwhile forgotten or closed the handle, or lost interest in it. */
    private static boolean report(SelectionKey key, Sink sink) {
        if (!key.isValid() || !(key.attachment() instanceof long[] attached)) {
            return false;
        }
        int operations = key.readyOps() & key.interestOps();
        if (operations == 0) {
            return false;
        }
        sink.ready(
                attached[0],
                ((operations & ACCEPT_OR_READ) != 0 ? IN : 0) | ((operations & CONNECT_OR_WRITE) != 0 ? OUT : 0));
        return true;
    }

    @Override
    public void wakeup() {
        woken = true;
        selector.wakeup();
    }

    @Override
    public void close() {
        closed.accept(this);
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("close a poller: " + Errors.text(e), e);
        }
    }
}
