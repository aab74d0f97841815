package aem.memory.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The allocator takes nothing from the Java heap once its tables are there. */
class HeapAllocationTest {
    private static final int OPERATIONS = 1_000_000;
    private static final int LIVE = 1000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final FakeContext context = new FakeContext(32 << 20);
    private final BuddyAllocator allocator =
            new BuddyAllocator(context, () -> Settings.regionsOf(16 << 20), Pages.NONE);
    private final SplittableRandom random = new SplittableRandom(1);
    private final int[] sizes = new int[1 << 12];
    private final int[] slots = new int[1 << 12];
    private final long[] live = new long[LIVE];

    @Test
    void shouldTakeNoJavaHeap() {
        allocator.openPool(0, 8 << 20);
        allocator.openPool(1, 0);
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = 1 + random.nextInt(1 << random.nextInt(15));
            slots[i] = random.nextInt(LIVE);
        }
        run();
        long before = threads.getCurrentThreadAllocatedBytes();
        run();
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(bytes < OPERATIONS, bytes + " bytes of Java heap in " + OPERATIONS + " operations");
    }

    /** Allocations, frees, stale frees, refusals. */
    private void run() {
        for (int i = 0; i < OPERATIONS; i++) {
            int slot = slots[i & slots.length - 1];
            allocator.free(0, live[slot]);
            live[slot] = allocator.allocate(0, sizes[i & sizes.length - 1]);
            allocator.allocate(1, 1);
            allocator.isLive(0, live[slot]);
        }
    }
}
