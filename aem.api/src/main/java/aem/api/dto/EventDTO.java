package aem.api.dto;

import java.util.ArrayList;
import java.util.List;

/** An event and its job. */
public class EventDTO {
    public long id;
    public String kind;
    public String operation;
    public String state;
    public long processId;
    public String process;
    /** 0 if it stands directly below its process. */
    public long parentId;
    /** The connection or listener it is bound to, or 0. */
    public long connectionId;

    public int priority;
    public String eventClass;
    public List<String> flags = new ArrayList<>();
    public int worker;
    /** Activations that wait for their handler. */
    public long pending;
    /** Activations so far. */
    public long activated;

    public long handled;
    public long failed;
    /** Activations refused by load control. */
    public long shed;

    /** REACTIVE or PERIODIC. */
    public String jobKind;
    /** The state in the job automaton. */
    public String jobState;
    /** Until the next expiry; negative if overdue; {@link Long#MAX_VALUE} for a job that does not age. */
    public long ageNs;

    public long periodNs;
}
