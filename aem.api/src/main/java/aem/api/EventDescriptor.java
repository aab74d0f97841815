package aem.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A registered interest in events: the slides' {@code eventdesc_t}.
 *
 * <p>A descriptor belongs to the core, never to the event source that made it: it stays valid while its source is
 * stopped, updated or swapped. It may be kept and called on any thread for as long as one likes; once the event has
 * ended ({@link EventState#ENDED}) its queries go on answering, {@link #cancel} returns false and {@link #control} is
 * refused.
 *
 * <p>Events form a tree. An event that is registered while a handler of the same process runs is a child of the event
 * being handled; all others stand directly below their process. {@link #cancel()} releases the whole subtree. An event
 * that merely ends (a {@link EventFlag#ONESHOT} that was handled, a closed connection) hands its children to its own
 * parent.
 */
@ProviderType
public interface EventDescriptor {
    /** Identifies the event in this runtime; never used again for another event. Always positive. */
    long id();

    /** The kind of the source that watches this event, for example {@code socket}. */
    String kind();

    /** What is watched, in the words of the source, for example {@code read}. */
    String operation();

    /** The owner of this event. */
    AemProcess process();

    /** The state at the moment of the call; another thread may already have changed it. */
    EventState state();

    /** What this event adds to its process's weight while it is activated; at least 1. */
    int priority();

    /** What may happen to this event's activations under overload. */
    EventClass eventClass();

    /** The flags of the registration, as later changed by {@link Control}. Unmodifiable. */
    Set<EventFlag> flags();

    /** The event in whose handler this one was registered, if that one has not ended. */
    Optional<EventDescriptor> parent();

    /** The events below this one, oldest first; a snapshot. */
    List<EventDescriptor> children();

    /**
     * Changes a property of the live event (the slides' {@code evctl}). Takes effect from the next activation on.
     *
     * <p>May be called on any thread, also from the event's own handler. On a thread other than the home worker of the
     * process the call returns when the change was accepted, not when it was applied.
     *
     * @throws ControlRefusedException if the event has ended or can't be changed so; the message names the control, its value, and
     *     why
     */
    void control(Control control);

    /**
     * Ends this event and everything below it: events, connections and listeners that were made in their handlers, and
     * the memory they hold. Activations that wait are counted as cancelled. A handler that is running finishes first.
     *
     * <p>Any thread, any number of times; exactly one call does the work.
     *
     * @return true for that one call, false if the event had already ended
     */
    boolean cancel();
}
