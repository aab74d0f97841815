package aem.api.io;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The readiness poller of one worker, level-triggered. All methods but {@link #wakeup} are called on the worker's
 * thread. Nothing here allocates Java heap, but {@link #add} may. (java.nio on Linux boxes the number of a ready descriptor
 * from 128 on, 16 bytes; the JVM's option {@code -XX:AutoBoxCacheMax} moves that limit.)
 */
@ProviderType
public interface Poller {
    /** Readable, or a connection to accept, or the peer's FIN. */
    int IN = 1;
    /** Writable, or the connect has ended. */
    int OUT = 2;
    /**
     * Both directions are over (EPOLLHUP). Reported without being asked for, by a provider that can: java.nio has no word
     * for it, and a channel without interest is not watched at all. There it is told as what is asked for, {@link #IN} or
     * {@link #OUT}, and the read or write has the rest. So nobody may wait for it without any interest.
     */
    int HANGUP = 4;
    /** The socket has an error (EPOLLERR). Reported as {@link #HANGUP} is. */
    int ERROR = 8;

    /** Where readiness goes, on the worker's thread, within {@link #poll}. */
    @FunctionalInterface
    interface Sink {
        /**
         * May call the poller's other methods but {@link #poll}.
         *
         * @param key as given to {@link #add}
         * @param ready some of {@link #IN}, {@link #OUT}, {@link #HANGUP}, {@link #ERROR}
         */
        void ready(long key, int ready);
    }

    /**
     * Watches a handle.
     *
     * @param interest {@link #IN}, {@link #OUT}, both, or 0
     * @param key reported with each readiness; not a file descriptor
     * @return 0 or an error (see {@link IoResult})
     */
    int add(IoHandle handle, int interest, long key);

    /** Changes interest or key of a watched handle. 0 or an error. */
    int modify(IoHandle handle, int interest, long key);

    /** Forgets a handle. To be called before it is closed. */
    void remove(IoHandle handle);

    /**
     * Reports what is ready, at most {@code aem.io.batch} handles (256), and waits for it if nothing is. An interrupt of the
     * thread does not end the wait; it may be lost.
     *
     * @param timeoutNs 0 = do not wait, negative = wait until something is ready or {@link #wakeup}. The wait may be
     *     rounded up to what the system can do
     * @return the number of handles reported
     */
    int poll(long timeoutNs, Sink sink);

    /** Ends a waiting {@link #poll}, or the next one. Any thread; also after {@link #close}, when it does nothing. */
    void wakeup();

    /** Closes the poller, not the handles. The handles that it watched are to be added to its successor. */
    void close();
}
