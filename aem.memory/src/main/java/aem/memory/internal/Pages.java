package aem.memory.internal;

import java.lang.foreign.MemorySegment;

/** What the system does with the pages of a region. False: it does not do it here, and nothing has changed. */
interface Pages {
    /** A system that does nothing of it. */
    Pages NONE = new Pages() {
        @Override
        public boolean huge(MemorySegment segment) {
            return false;
        }

        @Override
        public boolean lock(MemorySegment segment) {
            return false;
        }

        @Override
        public boolean giveBack(MemorySegment segment) {
            return false;
        }
    };

    /** Uses huge pages for what is touched from now on. */
    boolean huge(MemorySegment segment);

    /** Keeps it in memory: no page of it is ever swapped out. */
    boolean lock(MemorySegment segment);

    /** Gives the memory back, not the addresses: what is read there next is zero. */
    boolean giveBack(MemorySegment segment);
}
