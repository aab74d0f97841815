package aem.memory.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of the memory of empty regions. */
class SoftLimitTest {
    private static final int MIB = 1 << 20;

    private final FakeContext context = new FakeContext(64 * MIB);
    private final List<Long> returned = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private boolean refused;
    private Settings settings = new Settings(MIB, false, false, false, 4 * MIB);

    private final Pages pages = new Pages() {
        @Override
        public boolean huge(MemorySegment segment) {
            return asked.add("huge");
        }

        @Override
        public boolean lock(MemorySegment segment) {
            return asked.add("lock");
        }

        @Override
        public boolean giveBack(MemorySegment segment) {
            if (!refused) {
                returned.add(segment.byteSize());
            }
            return !refused;
        }
    };

    private BuddyAllocator allocator = new BuddyAllocator(context, () -> settings, pages);
    private final ArrayDeque<Long> blocks = new ArrayDeque<>();

    private void open() {
        allocator.openPool(0, Long.MAX_VALUE);
    }

    private void take(int count) {
        for (int i = 0; i < count; i++) {
            blocks.add(allocator.allocate(0, 64 << 10));
        }
    }

    private void give(int count) {
        for (int i = 0; i < count; i++) {
            assertTrue(allocator.free(0, blocks.poll()));
        }
    }

    private long returnedBytes() {
        return returned.stream().mapToLong(l -> l).sum();
    }

    @Test
    void shouldGiveBackDownToTheLimitWhenLessThanHalfOfItIsUsed() {
        open();
        take(16 * 10);
        assertEquals(10 * MIB, context.mappedBytes);
        give(16 * 8);
        assertEquals(List.of(), returned, "2 MiB are in use");
        give(1);
        assertEquals(6 * MIB, returnedBytes());
        give(blocks.size());
        assertEquals(6 * MIB, returnedBytes(), "once");
        assertEquals(6 * MIB, allocator.describe().returnedBytes);
    }

    @Test
    void shouldUseItAgainAndGiveItBackAgain() {
        open();
        for (int round = 1; round <= 5; round++) {
            take(16 * 10);
            assertEquals(0, allocator.describe().returnedBytes);
            give(blocks.size());
            assertEquals(6L * MIB * round, returnedBytes());
        }
        assertEquals(10 * MIB, context.mappedBytes, "the addresses stay");
    }

    @Test
    void shouldTryAgainWhenABlockWasInTheWay() {
        open();
        take(16 * 10);
        // one block of each region stays
        for (int i = 0; i < 16 * 10; i++) {
            long block = blocks.poll();
            if (i % 16 == 0) {
                blocks.add(block);
            } else {
                allocator.free(0, block);
            }
        }
        assertEquals(List.of(), returned);
        give(9);
        assertEquals(6 * MIB, returnedBytes());
    }

    @Test
    void shouldNotGiveBackBelowTheLimit() {
        open();
        take(16 * 4);
        give(blocks.size());
        assertEquals(List.of(), returned);
    }

    @Test
    void shouldKeepAllWithoutALimit() {
        settings = new Settings(MIB, false, false, false, 0);
        open();
        take(16 * 20);
        give(blocks.size());
        assertEquals(List.of(), returned);
    }

    @Test
    void shouldGoOnWhenTheSystemRefuses() {
        refused = true;
        open();
        take(16 * 10);
        give(blocks.size());
        assertEquals(0, allocator.describe().returnedBytes);
        take(16 * 10);
        assertEquals(10 * MIB, context.mappedBytes);
    }

    @Test
    void shouldCountAnUntouchedRegionAsReturned() {
        settings = new Settings(64 * MIB, false, false, false, 0);
        open();
        take(1);
        assertEquals(48 * MIB, allocator.describe().returnedBytes, "one great block of four is in use");
    }

    @Test
    void shouldKnowAfterAHandOver() {
        open();
        take(16 * 10);
        give(16 * 9);
        var state = allocator.suspend();
        Tables.check(state);
        allocator = new BuddyAllocator(context, () -> settings, pages, AllocatorState.from(state));
        assertEquals(6 * MIB, allocator.describe().returnedBytes);
        give(blocks.size());
        take(16 * 10);
        assertEquals(10 * MIB, context.mappedBytes);
        assertEquals(0, allocator.describe().returnedBytes);
    }

    @Test
    void shouldAskForWhatIsConfigured() {
        settings = new Settings(MIB, true, true, true, 0);
        open();
        take(1);
        settings = new Settings(MIB, false, false, false, 0);
        take(32);
        assertEquals(List.of("huge", "lock"), asked);
    }

    /** Real memory of the real system: what was given back reads as zero. */
    @Test
    void shouldGiveBackToTheSystem() {
        Pages system = LinuxPages.ofSystem();
        assumeTrue(system != Pages.NONE, "not Linux");
        MemorySegment segment = context.mapRegion(4 * MIB);
        for (long offset = 0; offset < segment.byteSize(); offset += 4096) {
            segment.set(ValueLayout.JAVA_LONG, offset, offset + 1);
        }
        assertTrue(system.giveBack(segment.asSlice(MIB, MIB)));
        for (long offset = 0; offset < segment.byteSize(); offset += 4096) {
            boolean gone = offset >= MIB && offset < 2 * MIB;
            assertEquals(gone ? 0 : offset + 1, segment.get(ValueLayout.JAVA_LONG, offset));
        }
    }
}
