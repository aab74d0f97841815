package aem.api.spi;

import aem.api.EventDescriptor;
import aem.api.memory.EventData;
import aem.api.socket.Connection;
import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An event as its source sees it. Called on the event's home worker, from within the source's own {@code job}, {@code
 * handle} and {@code failed}, except where it says otherwise. Allocates nothing, except where it says
 * otherwise.
 */
@ProviderType
public interface SourceEvent {
    /** The application's side of the same event. Any thread. */
    EventDescriptor descriptor();

    /** The application's handler. */
    Object handler();

    /** As given in {@link EventSpec#op()}. */
    int op();

    /** The endpoint that the event is bound to, or null. */
    Endpoint endpoint();

    /** The connection that the event is bound to, or null. */
    Connection connection();

    /** A word of state that the core keeps for the source, 0 at first. */
    long word(int index);

    void word(int index, long value);

    /**
     * The monotonic clock as the worker has read it last: right before this handler, if one runs, or at the start of the
     * current duty cycle.
     */
    long nowNs();

    /**
     * Reads what the connection has, into a block of the fitting size, which is lent to the handler until {@link
     * EventSource#handle} returns.
     *
     * @return the number of bytes, then in {@link #data()}; or {@link aem.api.io.IoResult#EOF}, {@link
     *     aem.api.io.IoResult#WOULD_BLOCK}, or an error of {@link aem.api.io.IoResult}. When the process's memory limit
     *     leaves no room the result is {@code WOULD_BLOCK}: reading stops, the bytes wait, and the core activates the
     *     event again when memory has returned
     */
    int receive();

    /**
     * Reads what the connection has into memory of the application, see {@link aem.api.io.IoProvider#readInto}: at most so
     * much as an answer has room for.
     *
     * @return as of {@link #receive()}
     * @throws IllegalArgumentException if the destination is null, empty or read-only; the message names the event
     */
    int receive(MemorySegment destination);

    /**
     * The data of the last {@link #receive()} that returned a number above 0: always the same object for one event, but
     * in debug mode ({@code aem.memory.debug}) another one for each.
     */
    EventData data();

    /**
     * Accepts a connection from the listener that the event is bound to. Allocates the connection.
     *
     * @return null if there is none, or none can be had now; {@link #acceptResult()} says which
     */
    Connection accept();

    /**
     * Accepts a connection from the listener that the event is bound to and resets it at once, so that the peer learns
     * that it is refused. Of use in {@link EventSource#shed}.
     *
     * @return as {@link #acceptResult()}
     */
    int reject();

    /** The result of the last {@link #accept}, as of {@link aem.api.io.IoProvider#accept}. */
    int acceptResult();

    /** Ends the connect that {@link Readiness#CONNECT} told of: 0 or an error of {@link aem.api.io.IoResult}. */
    int finishConnect();

    /** Runs the event's job, soon, on its home worker, with {@link Readiness#WOKEN}. Any thread. Never refused. */
    void wake();

    /**
     * Says, from within {@link EventSource#handle}, that nothing has happened after all, for example because another had
     * already taken what was there: the application's handler was not called, and a {@link aem.api.EventFlag#ONESHOT}
     * event is armed again.
     *
     * @throws IllegalStateException for an event of a periodic job: an expiry can't be taken back
     */
    void again();

    /** Ends the event after the current activation. */
    void end();
}
