package aem.api;

/** A quota or limit is met. The call had no effect. */
public class LimitExceededException extends AemException {
    private static final long serialVersionUID = 1L;

    private final long value;
    private final long limit;

    /**
     * @param what what is limited, for example {@code "events of process echo"}
     * @param value what the call would have made of it
     * @param limit what is allowed
     */
    public LimitExceededException(String what, long value, long limit) {
        super(what + ": " + value + " exceeds the limit of " + limit);
        this.value = value;
        this.limit = limit;
    }

    public long value() {
        return value;
    }

    public long limit() {
        return limit;
    }
}
