package aem.bench;

/** The blocks of one thread, by slot. What is allocated is written to, or it might not exist at all. */
interface Blocks {
    void allocate(int slot, int bytes);

    /** The thread that has allocated it. */
    void free(int slot);

    /** Another thread. */
    void freeForeign(int slot);

    /** Called by the owner now and then: takes home what others have freed. */
    default void collect() {}
}
