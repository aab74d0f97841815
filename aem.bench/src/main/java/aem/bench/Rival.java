package aem.bench;

/** Who takes part in a measurement. */
interface Rival {
    /** In the CSV and on the command line. */
    String id();

    /** In the table. */
    String label();
}
