package aem.bench;

import java.nio.file.Path;
import java.util.Arrays;

/** {@code ./aem bench}: chooses the case. The checkout's directory is the first argument. */
public final class Bench {
    static final int FAILED = 1;
    static final int MISUSED = 2;

    private Bench() {}

    /** A message for the user instead of a stack trace. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int status;

        Failure(String message) {
            this(message, FAILED);
        }

        Failure(String message, int status) {
            super(message);
            this.status = status;
        }
    }

    public static void main(String[] args) {
        try {
            String name = args.length > 1 ? args[1] : "help";
            switch (name) {
                case "help", "-h", "--help" -> System.out.print(Options.usage());
                default -> Case.of(name).run(Path.of(args[0]), Arrays.copyOfRange(args, 2, args.length));
            }
        } catch (Failure e) {
            say(e.getMessage());
            System.exit(e.status);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(FAILED);
        }
    }

    static void say(String message) {
        System.err.println("aem bench: " + message);
    }
}
