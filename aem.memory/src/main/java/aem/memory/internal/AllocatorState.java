package aem.memory.internal;

import aem.api.memory.Block;
import aem.api.part.PartState;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one allocator hands to the next, version 2. The arrays are the working tables themselves; their layouts stand in
 * {@link BlockMap}, {@link FreeBlocks}, {@link Pools}. No block is held any more.
 *
 * @param segments the regions, by index
 * @param nodes the block map of each
 * @param heads the free lists
 * @param freeCounts free blocks by order
 * @param accounts the pools
 * @param totals the worker's figures, see the constants
 */
record AllocatorState(
        List<MemorySegment> segments,
        List<int[]> nodes,
        int[] heads,
        long[] freeCounts,
        long[] accounts,
        long[] totals) {
    static final String PART = "memory";
    static final int VERSION = 2;

    static final int USED_BYTES = 0;
    static final int HIGH_WATER_BYTES = 1;
    static final int ALLOCATIONS = 2;
    static final int FREES = 3;
    static final int REFUSED = 4;
    static final int STALE_FREES = 5;
    static final int TOTALS = 6;

    static AllocatorState of(Regions regions, BlockMap map, FreeBlocks free, Pools pools, long[] totals) {
        List<int[]> nodes =
                IntStream.range(0, map.regions()).mapToObj(map::nodes).toList();
        return new AllocatorState(regions.list(), nodes, free.heads(), free.counts(), pools.accounts(), totals);
    }

    long total(int index) {
        return totals[index];
    }

    PartState toPart() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("regions", segments);
        values.put("nodes", nodes);
        values.put("heads", heads);
        values.put("freeCounts", freeCounts);
        values.put("accounts", accounts);
        values.put("totals", totals);
        return new PartState(PART, VERSION, values);
    }

    /**
     * Reads a state and changes nothing in it.
     *
     * @throws IllegalArgumentException if it is of another part or version, or its tables do not fit each other
     */
    static AllocatorState from(PartState state) {
        if (!PART.equals(state.part()) || state.version() != VERSION) {
            throw new IllegalArgumentException("can't adopt the state of " + state.part() + " version "
                    + state.version() + ", only of " + PART + " version " + VERSION);
        }
        AllocatorState read = new AllocatorState(
                list(state, "regions", MemorySegment.class),
                list(state, "nodes", int[].class),
                state.get("heads", int[].class),
                state.get("freeCounts", long[].class),
                state.get("accounts", long[].class),
                state.get("totals", long[].class));
        read.check();
        return read;
    }

    private static <T> List<T> list(PartState state, String name, Class<T> type) {
        Stream<?> values = state.get(name, List.class).stream();
        return values.map(value -> {
                    if (!type.isInstance(value)) {
                        throw new IllegalArgumentException("state of " + PART + ": " + name + " holds a "
                                + value.getClass().getSimpleName() + ", not a " + type.getSimpleName());
                    }
                    return type.cast(value);
                })
                .toList();
    }

    private void check() {
        long[] units = segments.stream()
                .mapToLong(segment -> segment.byteSize() >> Block.MIN_SHIFT)
                .toArray();
        long[] mapped = nodes.stream()
                .mapToLong(table -> table.length >> BlockMap.NODE_SHIFT)
                .toArray();
        require(segments.size() <= BlockMap.MAX_REGIONS, "regions", segments.size());
        require(segments.stream().allMatch(s -> Regions.isSize(s.byteSize())), "units", Arrays.toString(units));
        require(Arrays.equals(units, mapped), "mapped units", Arrays.toString(mapped));
        require(heads.length == FreeBlocks.ORDERS, "heads", heads.length);
        require(freeCounts.length == FreeBlocks.ORDERS, "freeCounts", freeCounts.length);
        require(accounts.length % (1 << Pools.SHIFT) == 0, "accounts", accounts.length);
        require(totals.length == TOTALS, "totals", totals.length);
    }

    private static void require(boolean right, String name, Object value) {
        if (!right) {
            throw new IllegalArgumentException(
                    "state of " + PART + " version " + VERSION + " is not whole: " + name + " " + value);
        }
    }
}
