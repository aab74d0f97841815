package aem.api.dto;

import java.util.ArrayList;
import java.util.List;

/** A kind of events and the source that serves it. */
public class SourceDTO {
    public String kind;
    /** ACTIVE, or SUSPENDED while no source serves the kind. */
    public String state;
    /** The bundle that serves it: symbolic name and version; empty if suspended. */
    public String bundle;

    public long bundleId;
    /** The interfaces that applications call. */
    public List<String> api = new ArrayList<>();
    /** Live events. */
    public long events;
    /** How many sources have served this kind so far. */
    public long generation;
    /** What a suspension can lose; empty if nothing. */
    public String absenceLoses;
}
