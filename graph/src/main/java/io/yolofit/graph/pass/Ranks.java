package io.yolofit.graph.pass;

/// The ranks that train together, as far as a program depends on them.
///
/// @param count      number of ranks
/// @param syncBn     whether batch statistics are those of the batches of all ranks
/// @param bandwidth  bytes per second that an all-reduce of a large vector sends over the links of each rank
/// @param latency    seconds of an all-reduce of a small vector
public record Ranks(int count, boolean syncBn, double bandwidth, double latency) {
    /// One device.
    public static final Ranks ONE = new Ranks(1, false);

    /// A transfer of a bucket takes at least this many latencies.
    private static final double LATENCIES = 5;
    private static final int MOST_BUCKETS = 4;
    /// NVLink of two H200: an estimate, as long as no target has measured rates.
    private static final double BANDWIDTH = 200e9;
    private static final double LATENCY = 15e-6;

    public Ranks {
        if (count < 1) {
            throw new IllegalArgumentException(count + " ranks: there is at least 1");
        }
        if (!(bandwidth > 0) || !(latency >= 0)) {
            throw new IllegalArgumentException("a link of " + bandwidth + " bytes per second and a latency of "
                    + latency + " s: expected a positive rate");
        }
    }

    /// With estimated links.
    public Ranks(int count, boolean syncBn) {
        this(count, syncBn, BANDWIDTH, LATENCY);
    }

    public boolean several() {
        return count > 1;
    }

    /// Number of all-reduces for the gradients: as many as the links carry without waiting mainly for latencies. Ends
    /// of backward passes need the last one only, the others overlap with computation.
    int buckets(long gradientBytes) {
        double transfer = 2.0 * (count - 1) / count * gradientBytes / bandwidth;
        double most = latency == 0 ? MOST_BUCKETS : transfer / (LATENCIES * latency);
        return (int) Math.clamp(most, 1, MOST_BUCKETS);
    }

    /// Seconds of an all-reduce.
    ///
    /// @param linkBytes that each rank sends and receives
    public double seconds(double linkBytes) {
        return latency + linkBytes / bandwidth;
    }
}
