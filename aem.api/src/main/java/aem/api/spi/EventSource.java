package aem.api.spi;

import aem.api.Control;
import aem.api.dto.SourceDTO;
import aem.api.part.PartState;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of events: what was a kernel module in AEM for Linux. An event-source bundle registers one service of this type,
 * with the service property {@link #KIND}, and nothing else: the core puts the API that the source {@linkplain #api()
 * names} into the service registry, as a facade that outlives every version of the source.
 *
 * <p><b>State.</b> A source has behaviour only. What it must remember about an event are the event's {@linkplain
 * SourceEvent#word words}, which the core keeps; what it must remember beyond is plain data that {@link #suspend} hands
 * over. It starts no threads and keeps no reference to an application's objects.
 *
 * <p><b>Threads.</b> {@link #job} and {@link #handle} are called by all workers at a time, for different events, each for
 * one event by one worker; they must neither block, nor look up services, nor allocate. {@link #open}, {@link #suspend}
 * are called by the thread that moves the bundle.
 *
 * <p><b>Order.</b> {@link #open} first; then everything else, until every worker has acknowledged the source's end; then
 * {@link #suspend}. The object is not used again.
 */
@ConsumerType
public interface EventSource {
    /** Service property: the kind of the source's events, for example {@code timer}. Required. */
    String KIND = "aem.kind";

    /**
     * The interfaces that applications call, from bundles that stay when this one goes: {@code aem.api} or an API bundle
     * of the source's own. The core registers a facade for them on the first {@link #open}.
     */
    List<Class<?>> api();

    /**
     * Begins service.
     *
     * @param context the core's side; refuses service after {@link #suspend}
     * @param adopted what the predecessor handed over; null if there was none
     * @return the object behind the facade: implements all of {@link #api()}; called on any thread, by many at a time
     * @throws IllegalArgumentException if the state's version is none that this source adopts; the events then stay
     *     suspended, and the core reports it
     */
    Object open(SourceContext context, PartState adopted);

    /**
     * The body of the event's job: says whether the event has happened.
     *
     * @param event the event, of this kind
     * @param ready for a reactive job some of {@link Readiness}; for a periodic one the number of expiries
     * @return how many times the event is to be activated; 0 = not
     */
    int job(SourceEvent event, int ready);

    /**
     * Completes one activation: takes the data and calls the application's handler, on the event's home worker. What the
     * handler throws is to be let through.
     *
     * @throws Exception what the handler threw
     */
    void handle(SourceEvent event) throws Exception;

    /**
     * The handler threw, or {@link #handle} itself did. The core has counted and reported it; the source says what
     * becomes of the event. By default it goes on.
     */
    default void failed(SourceEvent event, Throwable thrown) {}

    /**
     * An activation was refused by load control, and counted: the handler is not called for it. The source tells the peer,
     * where there is a way; what is left alone is reported again as long as it is ready. On the event's home worker.
     */
    default void shed(SourceEvent event) {}

    /**
     * Carries out a control of the source's own, on the thread of the one who controls.
     *
     * @return null, or why it is refused
     */
    default String control(SourceEvent event, Control.Custom control) {
        return "events of this kind know no such control";
    }

    /** What the suspension of this kind can lose, in a few words; empty if nothing. */
    default String absenceLoses() {
        return "";
    }

    /** Adds figures of the source's own to what the core knows. */
    default void describe(SourceDTO source) {}

    /** Ends service and hands the state over: plain data, see {@link PartState}. */
    PartState suspend();
}
