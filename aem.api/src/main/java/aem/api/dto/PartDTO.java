package aem.api.dto;

/** A part that is not an event source. */
public class PartDTO {
    /** scheduler, memory or io. */
    public String part;
    /** ACTIVE, or SUSPENDED while none serves. */
    public String state;
    /** The bundle that serves it: symbolic name and version; empty if suspended. */
    public String bundle;

    public long bundleId;
    /** How many have served so far. */
    public long generation;
}
