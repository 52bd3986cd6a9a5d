package io.yolofit.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Random choices of one test case, all derived from one seed. Cases are named by their seed; `-Dtest.seed=1f3a`
/// repeats one.
public final class Seed {
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final long value;
    private final SplittableRandom random;

    public Seed(long value) {
        this.value = value;
        this.random = new SplittableRandom(value);
    }

    /// `count` seeds, the same in every run, or the one of `-Dtest.seed`.
    ///
    /// @param what name of the test; seeds depend on it
    public static Stream<Seed> several(String what, int count) {
        String wanted = System.getProperty("test.seed", "");
        if (!wanted.isBlank()) {
            return Stream.of(new Seed(Long.parseUnsignedLong(wanted.strip(), 16)));
        }
        return LongStream.range(0, count).mapToObj(i -> new Seed((what.hashCode() + i) * SPREAD >>> 40));
    }

    /// A uniform integer between two bounds, both inclusive.
    public int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    public double uniform(double least, double most) {
        return random.nextDouble(least, most);
    }

    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    public <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    public int pick(int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /// Normally distributed numbers.
    public double[] normal(long count) {
        double[] numbers = new double[Math.toIntExact(count)];
        Arrays.setAll(numbers, i -> random.nextGaussian());
        return numbers;
    }

    /// Uniformly distributed numbers.
    public double[] uniform(long count, double least, double most) {
        double[] numbers = new double[Math.toIntExact(count)];
        Arrays.setAll(numbers, i -> uniform(least, most));
        return numbers;
    }

    /// Numbers around zero, at least .01 apart, for ops with comparisons.
    public double[] distinct(long count) {
        double[] numbers = new double[Math.toIntExact(count)];
        Arrays.setAll(numbers, i -> .01 * (i - numbers.length / 2));
        for (int i = numbers.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            double kept = numbers[i];
            numbers[i] = numbers[other];
            numbers[other] = kept;
        }
        return numbers;
    }

    @Override
    public String toString() {
        return Long.toHexString(value);
    }
}
