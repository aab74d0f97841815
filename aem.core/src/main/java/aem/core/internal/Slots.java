package aem.core.internal;

import java.util.Arrays;

/**
 * Hands out small dense numbers, of one worker, on its thread. A number that was given back is used again only after
 * {@link #recycle}, between two duty cycles: until then something on the stack, or in a batch of the poller, may still
 * mean the old one.
 */
final class Slots {
    private int[] free = new int[64];
    private int freeCount;
    private int[] retired = new int[64];
    private int retiredCount;
    private int used;

    int take() {
        return freeCount > 0 ? free[--freeCount] : used++;
    }

    void retire(int slot) {
        if (retiredCount == retired.length) {
            retired = Arrays.copyOf(retired, retiredCount * 2);
        }
        retired[retiredCount++] = slot;
    }

    void recycle() {
        if (retiredCount == 0) {
            return;
        }
        if (freeCount + retiredCount > free.length) {
            free = Arrays.copyOf(free, Math.max(free.length * 2, freeCount + retiredCount));
        }
        System.arraycopy(retired, 0, free, freeCount, retiredCount);
        freeCount += retiredCount;
        retiredCount = 0;
    }

    /** One more than the greatest number handed out so far. */
    int bound() {
        return used;
    }
}
