package aem.api.dto;

import java.util.ArrayList;
import java.util.List;

/**
 * The account of activations: {@code offered = refused + activated}; {@code activated = handled + failed + cancelled + shed + pending +
 * running + inTransfer}.
 */
public class LedgerDTO {
    public long offered;
    public long refused;
    public long activated;
    public long handled;
    public long failed;
    public long cancelled;
    public long shed;
    /** Counted by walking the lists, never derived. */
    public long pending;

    public long running;
    /**
     * Of processes on their way from one worker to another: what has left the one and not come to the other. The workers
     * count one after the other; it is negative if the one counted before and the other after.
     */
    public long inTransfer;
    /** Workers that did not answer within the time; with any, the account is not exact. */
    public List<Integer> missing = new ArrayList<>();

    /** Whether both equations hold. */
    public boolean isBalanced() {
        return offered == refused + activated
                && activated == handled + failed + cancelled + shed + pending + running + inTransfer;
    }
}
