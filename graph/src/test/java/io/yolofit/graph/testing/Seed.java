package io.yolofit.graph.testing;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Random choices of one test case, all derived from one seed.
public final class Seed {
    private final long value;
    private final SplittableRandom random;

    public Seed(long value) {
        this.value = value;
        this.random = new SplittableRandom(value);
    }

    /// A uniform integer, both ends included.
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
