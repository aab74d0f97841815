package aem.bench;

import aem.bench.Results.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What is done with an allocator.
 *
 * @param threads that allocate
 * @param live blocks of each thread that are there at any time; 0: each is freed at once
 * @param bytes of each block; 0: sizes as a server sees them, see {@link #sizes}
 * @param foreign whether another thread frees
 */
record MemoryLoad(int threads, int live, int bytes, boolean foreign) {
    static final int LARGEST = 64 << 10;

    static List<MemoryLoad> all() {
        List<MemoryLoad> all = new ArrayList<>();
        for (int threads : new int[] {1, 2}) {
            for (int bytes : new int[] {64, 1 << 10, 64 << 10}) {
                all.add(new MemoryLoad(threads, 0, bytes, false));
            }
            for (int live : new int[] {128, 256, 512}) {
                all.add(new MemoryLoad(threads, live, 0, false));
            }
        }
        all.add(new MemoryLoad(1, 0, 1 << 10, true));
        all.add(new MemoryLoad(1, 0, 0, true));
        return all;
    }

    Setting setting() {
        Map<String, Integer> values = new LinkedHashMap<>();
        values.put("threads", threads);
        values.put("live", live);
        values.put("bytes", bytes);
        values.put("foreign", foreign ? 1 : 0);
        String size = bytes == 0 ? "random sizes" : bytes + " bytes";
        String how = foreign
                ? "one thread allocates, another frees"
                : (threads == 1 ? "one thread" : threads + " threads")
                        + (live == 0 ? ", each freed at once" : ", " + live + " live blocks each");
        return new Setting(size + ", " + how, values);
    }

    /** 1/2 of up to 512 B, 3/10 of up to 2 KiB, 3/20 of up to 16 KiB, 1/20 of up to 64 KiB; the same for everybody. */
    static int[] sizes(int count, int seed) {
        var random = new Random(seed);
        int[] sizes = new int[count];
        for (int i = 0; i < count; i++) {
            int in20 = random.nextInt(20);
            int least = in20 < 10 ? 16 : in20 < 16 ? 512 : in20 < 19 ? 2048 : 16_384;
            int most = in20 < 10 ? 512 : in20 < 16 ? 2048 : in20 < 19 ? 16_384 : LARGEST;
            sizes[i] = least + random.nextInt(most - least + 1);
        }
        return sizes;
    }
}
