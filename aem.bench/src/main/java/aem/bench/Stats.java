package aem.bench;

import java.util.Arrays;

/** Medians and quantiles. */
final class Stats {
    private Stats() {}

    /** The middle one, or the mean of the two in the middle; NaN of nothing. */
    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    /** The smallest value that at least the part q of all values do not exceed. */
    static long quantile(long[] sorted, double q) {
        int rank = (int) Math.ceil(q * sorted.length);
        return sorted[Math.max(rank, 1) - 1];
    }
}
