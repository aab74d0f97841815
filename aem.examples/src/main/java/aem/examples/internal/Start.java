package aem.examples.internal;

import aem.api.AemException;
import aem.api.AemProcess;
import org.osgi.service.log.Logger;

/** How every example begins. */
final class Start {
    private Start() {}

    /**
     * Runs the first lines of a program. What the runtime refuses, a port in use for example, ends the program with one
     * line in the log; thrown, it would be a stack trace of the component runtime's, and again with each retry.
     */
    static void run(Logger log, AemProcess process, Runnable program) {
        boolean started = false;
        try {
            program.run();
            started = true;
        } catch (AemException | IllegalArgumentException e) {
            log.error("example {} does not start: {}", process.name(), e.getMessage());
        } finally {
            if (!started) {
                process.close();
            }
        }
    }
}
