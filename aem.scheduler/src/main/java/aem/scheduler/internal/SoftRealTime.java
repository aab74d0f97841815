package aem.scheduler.internal;

/**
 * The formulas of the slides 'Soft real-time responsiveness'. All are pure functions; {@link RunQueue} keeps the figures
 * they are fed with, {@code srt_priority} incrementally.
 */
final class SoftRealTime {
    private SoftRealTime() {}

    /** Slide 'Soft pre-emption': {@code srt_priority(P)} = sum of the priorities of P's activated events. */
    static long srtPriority(int[] activations, int[] priorities) {
        long sum = 0;
        for (int i = 0; i < activations.length; i++) {
            sum += (long) activations[i] * priorities[i];
        }
        return sum;
    }

    /** The other setting: {@code srt_priority(P)} = the greatest priority of P's activated events. */
    static long greatestPriority(int[] activations, int[] priorities) {
        long greatest = 0;
        for (int i = 0; i < activations.length; i++) {
            greatest = activations[i] == 0 ? greatest : Math.max(greatest, priorities[i]);
        }
        return greatest;
    }

    /** Slide 'Soft pre-emption': {@code weight(P) = srt_base + srt_priority(P)}. */
    static long weight(long srtBase, long srtPriority) {
        return srtBase + srtPriority;
    }

    /** Slide 'Load control': {@code load} = handlers executed in the last second / (Hz * tasks), tasks at least 1. */
    static double load(long handlersPerSecond, int hz, int tasks) {
        return (double) handlersPerSecond / ((double) hz * Math.max(1, tasks));
    }

    /** Slide 'Load control': {@code calc_decay(load)}, the proportional increase of the load. */
    static double calcDecay(double load, double decay) {
        return load * decay;
    }

    /** Slide 'Load control': {@code srt_base = max(0, cste - calc_decay(load))}. */
    static long srtBase(int cste, double calcDecay) {
        return Math.max(0, (long) (cste - calcDecay));
    }

    /** Slide 'Process time slice allocation': {@code min(weight(P), cste) / cste} of the largest quantum. */
    static long timeSliceNs(long weight, int cste, long quantumNs) {
        return weight >= cste ? quantumNs : weight * quantumNs / cste;
    }
}
