package org.example.scheduler;

import java.util.Arrays;

/** A binary heap of jobs, the one that is due first on top; each knows where it stands, so that it can be taken out. */
final class Deadlines {
    private int[] heap = new int[16];
    private int[] place = new int[0];
    private long[] dueNs = new long[0];
    private int size;

    int size() {
        return size;
    }

    boolean isDue(long nowNs) {
        return size > 0 && dueNs[heap[0]] - nowNs <= 0;
    }

    /** If there is one. */
    long firstNs() {
        return dueNs[heap[0]];
    }

    int takeFirst() {
        int job = heap[0];
        remove(job);
        return job;
    }

    void add(int job, long atNs) {
        if (job >= place.length) {
            place = Tables.withNone(place, 2 * job + 8);
            dueNs = Arrays.copyOf(dueNs, place.length);
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        dueNs[job] = atNs;
        put(size, job);
        up(size++);
    }

    /** Does nothing if the job does not stand here. */
    void remove(int job) {
        if (job >= place.length || place[job] == Tables.NONE) {
            return;
        }
        int gap = place[job];
        place[job] = Tables.NONE;
        int last = heap[--size];
        if (gap < size) {
            put(gap, last);
            up(gap);
            down(place[last]);
        }
    }

    private void up(int from) {
        int at = from;
        while (at > 0 && isBefore(heap[at], heap[(at - 1) / 2])) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void down(int from) {
        int at = from;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], heap[at])) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private boolean isBefore(int a, int b) {
        return dueNs[a] - dueNs[b] < 0;
    }

    private void swap(int a, int b) {
        int job = heap[a];
        put(a, heap[b]);
        put(b, job);
    }

    private void put(int at, int job) {
        heap[at] = job;
        place[job] = at;
    }
}
