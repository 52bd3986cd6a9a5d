package io.yolofit.graph.pass;

import java.util.OptionalInt;

/// The ranks that train together, as far as a program depends on them.
///
/// @param count      number of ranks
/// @param syncBn     whether batch statistics are those of the batches of all ranks
/// @param bandwidth  bytes per second that an all-reduce of a large vector sends over the links of each rank
/// @param latency    seconds of an all-reduce of a small vector
/// @param buckets    number of all-reduces for the gradients; empty if it follows from the links
public record Ranks(int count, boolean syncBn, double bandwidth, double latency, OptionalInt buckets) {
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
        if (buckets.isPresent() && buckets.getAsInt() < 1) {
            throw new IllegalArgumentException(buckets.getAsInt() + " buckets: there is at least 1");
        }
    }

    /// With a number of buckets that follows from the links.
    public Ranks(int count, boolean syncBn, double bandwidth, double latency) {
        this(count, syncBn, bandwidth, latency, OptionalInt.empty());
    }

    /// With estimated links.
    public Ranks(int count, boolean syncBn) {
        this(count, syncBn, BANDWIDTH, LATENCY);
    }

    /// The same with a given number of buckets, to compare it with the planned one. A small model may have fewer: a
    /// bucket has the gradients of at least one layer.
    public Ranks withBuckets(int number) {
        return new Ranks(count, syncBn, bandwidth, latency, OptionalInt.of(number));
    }

    public boolean several() {
        return count > 1;
    }

    /// Number of all-reduces for the gradients: one at the end of the backward pass, or four of which the first two
    /// overlap with it. Four take one more latency at the end, so they are worth it if the transfer that they hide is
    /// longer.
    int buckets(long gradientBytes) {
        if (buckets.isPresent()) {
            return buckets.getAsInt();
        }
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
