package aem.scheduler.internal;

import aem.api.part.PartState;
import java.util.Arrays;
import java.util.Map;

/**
 * Hierarchical timing wheel (Varghese and Lauck, 1987, scheme 7) of jobs by slot. Start and cancel are O(1); empty ticks
 * cost nothing, because a bitmap a level says where jobs stand.
 *
 * <p>Time is counted in ticks from an origin. A job stands on the level of the highest digit (of {@code bits} bits) in
 * which its expiry differs from the current tick, in the slot of that digit. So whatever stands on a lower level expires
 * before all that stands on a higher one, no slot is ever reached from behind, and enough levels for 63 bits of ticks
 * need no overflow list. A job whose tick has come stands on level 0 in the current tick's own slot.
 *
 * <p>An expiry is rounded up to a tick: never early, less than a tick late. Times are compared by difference, so that
 * the clock may be negative or wrap around; no two may be 2^63 ns apart.
 */
final class TimingWheel {
    static final int BITS = 6;
    private static final int NONE = IntLists.NONE;

    /** Jobs that one advance moves down at most, so that a slot with a million jobs does not stop the cycle. */
    private static final int MOVES = 8192;

    private final IntLists links;
    private final int bits;
    private final int slots;
    private final long originNs;
    private final long tickNs;
    private final long[] occupied;
    private long[] expiryTick;
    private long levelsInUse;
    private long currentTick;
    private long targetTick;
    private long nextTickNs;
    private int size;
    private int cascading = NONE;
    private int moves = MOVES;

    /** @param links whose lists from 0 to {@link #slots(int)} - 1 are this wheel's */
    TimingWheel(IntLists links, int capacity, int bits, long tickNs, long originNs) {
        this.links = links;
        this.bits = bits;
        this.slots = slots(bits);
        this.tickNs = tickNs;
        this.originNs = originNs;
        this.nextTickNs = originNs + tickNs;
        this.occupied = new long[levels(bits)];
        this.expiryTick = new long[capacity];
    }

    TimingWheel(IntLists links, PartState state) {
        this.links = links;
        occupied = state.get("wheel.occupied", long[].class);
        expiryTick = state.get("wheel.expiryTick", long[].class);
        long[] figures = state.get("wheel.figures", long[].class);
        bits = (int) figures[0];
        slots = slots(bits);
        originNs = figures[1];
        tickNs = figures[2];
        levelsInUse = figures[3];
        currentTick = figures[4];
        targetTick = figures[5];
        nextTickNs = originNs + (targetTick + 1) * tickNs;
        size = (int) figures[6];
        cascading = (int) figures[7];
    }

    void save(Map<String, Object> state) {
        state.put("wheel.occupied", occupied);
        state.put("wheel.expiryTick", expiryTick);
        state.put(
                "wheel.figures",
                new long[] {bits, originNs, tickNs, levelsInUse, currentTick, targetTick, size, cascading});
    }

    private static int levels(int bits) {
        return (Long.SIZE - 1 + bits - 1) / bits;
    }

    /** How many lists a wheel of 2^bits slots a level needs. */
    static int slots(int bits) {
        return levels(bits) << bits;
    }

    int slots() {
        return slots;
    }

    void capacity(int capacity) {
        expiryTick = Arrays.copyOf(expiryTick, capacity);
    }

    int size() {
        return size;
    }

    long tickNs() {
        return tickNs;
    }

    /** Starts a job that does not stand in the wheel. */
    void start(int job, long deadlineNs) {
        long delta = deadlineNs - originNs;
        long tick = delta <= 0 ? 0 : (delta - 1) / tickNs + 1;
        expiryTick[job] = Math.max(tick, currentTick);
        size++;
        place(job);
    }

    /** Takes a job out; false if it does not stand in the wheel. */
    boolean cancel(int job) {
        int slot = links.listOf(job);
        if (slot < 0 || slot >= slots) {
            return false;
        }
        unlink(slot, job);
        size--;
        return true;
    }

    /** Sets the time up to which {@link #expired} yields. */
    void advance(long nowNs) {
        moves = MOVES;
        if (nowNs - nextTickNs >= 0) {
            targetTick = (nowNs - originNs) / tickNs;
            nextTickNs = originNs + (targetTick + 1) * tickNs;
        }
    }

    /** Takes the next expired job out, in order of ticks, then of start; {@link IntLists#NONE} if there is none. */
    int expired() {
        while (true) {
            if (cascading != NONE && !cascade()) {
                return NONE;
            }
            if (levelsInUse == 0) {
                currentTick = targetTick;
                return NONE;
            }
            int level = Long.numberOfTrailingZeros(levelsInUse);
            long tick = firstTick(level);
            if (tick > targetTick) {
                currentTick = targetTick;
                return NONE;
            }
            currentTick = tick;
            int slot = level << bits | Long.numberOfTrailingZeros(occupied[level]);
            if (level == 0) {
                int job = links.head(slot);
                cancel(job);
                return job;
            }
            cascading = slot;
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** A time before which no job expires: the first expiry, or the first moving down of jobs. Not if empty. */
    long nextDeadlineNs() {
        long tick = cascading == NONE ? firstTick(Long.numberOfTrailingZeros(levelsInUse)) : currentTick;
        return originNs + tick * tickNs;
    }

    /** Moves the jobs of a slot that the current tick has reached to lower levels; false if the moves did not suffice. */
    private boolean cascade() {
        while (!links.isEmpty(cascading)) {
            if (moves-- == 0) {
                return false;
            }
            int job = links.head(cascading);
            unlink(cascading, job);
            place(job);
        }
        cascading = NONE;
        return true;
    }

    private void place(int job) {
        long tick = expiryTick[job];
        long differs = tick ^ currentTick;
        int level = differs == 0 ? 0 : (Long.SIZE - 1 - Long.numberOfLeadingZeros(differs)) / bits;
        int digit = (int) (tick >>> level * bits) & (1 << bits) - 1;
        links.append(level << bits | digit, job);
        occupied[level] |= 1L << digit;
        levelsInUse |= 1L << level;
    }

    private void unlink(int slot, int job) {
        links.remove(job);
        if (links.isEmpty(slot)) {
            int level = slot >> bits;
            occupied[level] &= ~(1L << (slot & (1 << bits) - 1));
            if (occupied[level] == 0) {
                levelsInUse &= ~(1L << level);
            }
        }
    }

    /** The first tick of the first occupied slot of a level. */
    private long firstTick(int level) {
        int above = (level + 1) * bits;
        long base = above >= Long.SIZE ? 0 : currentTick >>> above << above;
        return base | (long) Long.numberOfTrailingZeros(occupied[level]) << level * bits;
    }
}
