package aem.api.io;

/** The numbers that {@link IoProvider} returns: 0 and up are counts, below -15 are errors. */
public final class IoResult {
    /** The peer has closed its direction (FIN). */
    public static final int EOF = -1;
    /** Nothing can be done at present; readiness will tell. */
    public static final int WOULD_BLOCK = -2;

    private static final int FIRST_ERROR = -16;
    private static final IoError[] ERRORS = IoError.values();

    private IoResult() {}

    /** The number for an error. */
    public static int of(IoError error) {
        return FIRST_ERROR - error.ordinal();
    }

    public static boolean isError(int result) {
        return result <= FIRST_ERROR;
    }

    /**
     * @throws IllegalArgumentException if the result is no error
     */
    public static IoError error(int result) {
        int ordinal = FIRST_ERROR - result;
        if (ordinal < 0 || ordinal >= ERRORS.length) {
            throw new IllegalArgumentException("not an I/O error: " + result);
        }
        return ERRORS[ordinal];
    }
}
