package aem.bench;

/** An allocator that is measured; one for each JVM. */
interface Memory {
    /** The blocks of the calling thread, one of those with this index at a time. */
    Blocks blocks(int thread, int slots);

    /** What it has from the system, in bytes. */
    long footprintBytes();

    /** The part of what is free that is in blocks of less than 64 KiB; NaN if the allocator does not tell. */
    default double externalFragmentation() {
        return Double.NaN;
    }

    /** A thread of the kind that the allocator is made for. */
    default Thread thread(Runnable body) {
        return new Thread(body);
    }
}
