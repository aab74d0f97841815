package aem.bench;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Netty's wheel with AEM's tick, 1 ms, and as many slots as its documentation recommends for many timers. */
final class NettyTimers implements Timers {
    private static final int SLOTS = 1 << 14;

    private final HashedWheelTimer wheel = new HashedWheelTimer(1, TimeUnit.MILLISECONDS, SLOTS);
    private Timeout[] timeouts = {};
    private volatile long expired;
    private final TimerTask task = timeout -> expire();

    NettyTimers() {
        wheel.start();
    }

    private void expire() {
        expired++; // one thread writes it
    }

    @Override
    public void slots(int count) {
        timeouts = new Timeout[count];
    }

    @Override
    public void start(int slot, long delayNs) {
        timeouts[slot] = wheel.newTimeout(task, delayNs, TimeUnit.NANOSECONDS);
    }

    @Override
    public void cancel(int slot) {
        timeouts[slot].cancel();
        timeouts[slot] = null;
    }

    /** Its thread takes what was started and cancelled at its ticks, up to 100,000 each: an expiry behind all tells. */
    @Override
    public void settle() throws InterruptedException {
        var behind = new CountDownLatch(1);
        wheel.newTimeout(timeout -> behind.countDown(), 0, TimeUnit.NANOSECONDS);
        behind.await();
    }

    @Override
    public void awaitExpired(long count) throws InterruptedException {
        while (expired < count) {
            Thread.sleep(1);
        }
    }

    @Override
    public void close() {
        wheel.stop();
    }
}
