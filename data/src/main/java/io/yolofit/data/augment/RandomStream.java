package io.yolofit.data.augment;

/// A counter-based stream of random numbers that depends on its key alone: SplitMix64 (Steele, Lea, Flood 2014), seeded
/// with a hash of the key. The stream of (seed, epoch, index) is the same on any thread and in any order of samples.
public final class RandomStream {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1p-53;

    private long state;

    private RandomStream(long state) {
        this.state = state;
    }

    /// The stream of a key, such as (seed, epoch, index).
    public static RandomStream of(long... key) {
        long state = GOLDEN_GAMMA * key.length;
        for (long part : key) {
            state = mix(state + GOLDEN_GAMMA) ^ mix(part + GOLDEN_GAMMA);
        }
        return new RandomStream(mix(state));
    }

    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    public long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /// Uniform in [0, 1).
    public double unit() {
        return (next() >>> 11) * UNIT;
    }

    /// Uniform in [low, high).
    public double uniform(double low, double high) {
        return low + (high - low) * unit();
    }

    /// A uniform integer in [0, bound). The bias is negligible because bounds are far below 2^32.
    public int below(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("the bound must be positive, not " + bound);
        }
        return (int) ((next() >>> 32) * bound >>> 32);
    }

    /// True with the given probability.
    public boolean chance(double probability) {
        return unit() < probability;
    }

    /// From the Beta distribution with integer parameters: a ratio of gamma variates, which are sums of exponential
    /// variates.
    public double beta(int a, int b) {
        double left = gamma(a);
        return left / (left + gamma(b));
    }

    private double gamma(int shape) {
        double sum = 0;
        for (int i = 0; i < shape; i++) {
            sum -= Math.log1p(-unit());
        }
        return sum;
    }

    /// A random permutation of 0 to count - 1 (Fisher-Yates shuffle).
    public int[] permutation(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
