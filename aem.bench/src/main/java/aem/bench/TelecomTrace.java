package aem.bench;

import java.util.SplittableRandom;

/**
 * What a signalling node asks of its memory, made up but always the same: tides of calls, as of the hours of a day. Most
 * blocks are messages that are answered at once; some are kept as the state of a call, from its set-up to its end; a few
 * stay for long, as registrations do; and now and then a provisioning record of up to 1 MiB passes.
 *
 * <p>Slots stand for blocks: 0 to {@link #MESSAGES} - 1 are messages under way, the others are what is kept.
 */
final class TelecomTrace {
    static final int MESSAGES = 64;
    static final int MOST_KEPT = 1 << 14;
    static final int SLOTS = MESSAGES + MOST_KEPT;

    private static final int LEAST_KEPT = 1 << 11;
    /** Of a hundred kept blocks these are registrations: they end only when the tide is low and others have ended. */
    private static final int REGISTRATIONS = 5;

    private final Blocks blocks;
    private final long tideOperations;
    private final SplittableRandom random = new SplittableRandom(1);
    private final int[] bytes = new int[SLOTS];
    private final int[] kept = new int[MOST_KEPT];
    private final int[] unused = new int[MOST_KEPT];
    private int keptCount;
    private int unusedCount = MOST_KEPT;
    private int message;
    private long operations;
    private long liveBytes;

    /**
     * @param tideOperations from one high tide to the next
     */
    TelecomTrace(Blocks blocks, long tideOperations) {
        this.blocks = blocks;
        this.tideOperations = tideOperations;
        for (int i = 0; i < MOST_KEPT; i++) {
            unused[i] = MESSAGES + i;
        }
    }

    long liveBytes() {
        return liveBytes;
    }

    long operations() {
        return operations;
    }

    /** Allocates and frees on until so many operations are done, each an allocation or a free. */
    void runTo(long end) {
        while (operations < end) {
            int wanted = wanted();
            for (int i = 0; i < 1000; i++) {
                if (random.nextInt(4) != 0) {
                    message();
                } else if (keptCount < wanted ? random.nextInt(8) != 0 : random.nextInt(8) == 0) {
                    keep();
                } else {
                    end();
                }
            }
        }
    }

    /** Of this tide, between one sixth and all. */
    private int wanted() {
        double phase = 2 * Math.PI * operations / tideOperations;
        return (int) (LEAST_KEPT + (MOST_KEPT - 1024 - LEAST_KEPT) * (1 - Math.cos(phase)) / 2);
    }

    /** The oldest message has been answered, the next one arrives. */
    private void message() {
        message = message + 1 & MESSAGES - 1;
        free(message);
        allocate(message, messageBytes());
    }

    private void keep() {
        if (unusedCount > 0) {
            int slot = unused[--unusedCount];
            kept[keptCount++] = slot;
            allocate(slot, keptBytes());
        }
    }

    private void end() {
        if (keptCount > 0) {
            int ended = random.nextInt(keptCount);
            if (ended < keptCount * REGISTRATIONS / 100 && keptCount > LEAST_KEPT / 2) {
                return;
            }
            int slot = kept[ended];
            kept[ended] = kept[--keptCount];
            unused[unusedCount++] = slot;
            free(slot);
        }
    }

    /** SS7 and Diameter, SIP with and without a body, and rarely a record. */
    private int messageBytes() {
        int in1000 = random.nextInt(1000);
        if (in1000 < 550) {
            return 40 + random.nextInt(280);
        }
        if (in1000 < 990) {
            return 400 + random.nextInt(1400);
        }
        return in1000 < 999 ? 4_000 + random.nextInt(61_000) : 100_000 + random.nextInt(900_000);
    }

    /** The state of a call, or of a subscriber. */
    private int keptBytes() {
        return random.nextInt(10) < 8 ? 100 + random.nextInt(900) : 1_000 + random.nextInt(15_000);
    }

    private void allocate(int slot, int size) {
        blocks.allocate(slot, size);
        bytes[slot] = size;
        liveBytes += size;
        operations++;
    }

    private void free(int slot) {
        if (bytes[slot] > 0) {
            blocks.free(slot);
            liveBytes -= bytes[slot];
            bytes[slot] = 0;
            operations++;
        }
    }

    /** Frees all that is left. */
    void finish() {
        for (int slot = 0; slot < SLOTS; slot++) {
            free(slot);
        }
    }
}
