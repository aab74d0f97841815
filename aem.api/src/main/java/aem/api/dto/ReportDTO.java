package aem.api.dto;

/** A distinct thing that went wrong. */
public class ReportDTO {
    public String message;
    public long count;
    /** Milliseconds since 1970. */
    public long firstMs;

    public long lastMs;
}
