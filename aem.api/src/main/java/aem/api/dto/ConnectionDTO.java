package aem.api.dto;

/** A connection or a listener. */
public class ConnectionDTO {
    public long id;
    public long processId;
    public String process;
    public String local;
    /** Empty for a listener. */
    public String remote;
    /** LISTENING, or the socket's state. */
    public String state;

    public long events;
    public long unsentBytes;
    public long unsentLimitBytes;
    public long readBytes;
    public long writtenBytes;
}
