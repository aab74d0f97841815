package aem.core.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that exchanges sources and parts, so that no lock is held while foreign code runs. A caller waits for the
 * exchange, for a limited time - unless it is a worker: that one's handler must return before the exchange can happen.
 */
final class ControlThread extends Thread {
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Reports reports;
    private volatile boolean stopped;

    ControlThread(Reports reports) {
        super(null, null, "aem-control", 0, false);
        this.reports = reports;
        setDaemon(true);
        setContextClassLoader(null);
    }

    @Override
    public void run() {
        while (!stopped || !tasks.isEmpty()) {
            try {
                tasks.take().run();
            } catch (InterruptedException e) {
                stopped = true;
            } catch (Throwable t) {
                reports.add("control", t);
            }
        }
    }

    /**
     * Runs a task, after those before it.
     *
     * @param timeoutMs how long to wait for its end; nobody waits on a worker or on this thread itself
     */
    void call(Runnable task, long timeoutMs) {
        if (Thread.currentThread() == this) {
            task.run();
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        tasks.add(() -> {
            try {
                task.run();
            } finally {
                done.countDown();
            }
        });
        if (Worker.current() != null) {
            return;
        }
        try {
            if (!done.await(timeoutMs, TimeUnit.MILLISECONDS)) {
                reports.add("an exchange took longer than " + timeoutMs + " ms; it goes on in the background");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void end() {
        tasks.add(() -> stopped = true);
    }
}
