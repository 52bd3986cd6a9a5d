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

    /// Three ranges of the weights, and the vectors.
    private static final int BUCKETS = 4;
    /// Share of the shortest of these ranges, whose transfer overlaps with nothing.
    private static final double SHORTEST = 1 / 6.;
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

    /// Number of all-reduces for the gradients: one at the end of the backward pass, or four of which the first two
    /// overlap with it. Four take one more latency at the end, so they are worth it if the transfer that they hide is
    /// longer.
    int buckets(long gradientBytes) {
        double transfer = 2.0 * (count - 1) / count * gradientBytes / bandwidth;
        return transfer * (1 - SHORTEST) > latency ? BUCKETS : 1;
    }

    /// Seconds of an all-reduce.
    ///
    /// @param linkBytes that each rank sends and receives
    public double seconds(double linkBytes) {
        return latency + linkBytes / bandwidth;
    }
}
