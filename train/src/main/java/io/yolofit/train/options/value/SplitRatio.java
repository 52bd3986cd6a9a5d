package io.yolofit.train.options.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Values of `ratio`: the shares of training, validation and test images, written `0.8,0.2` or `70,20,10`.
///
/// @param shares two or three, which sum to 1
public record SplitRatio(List<Double> shares) implements OptionValue {
    private static final double ROUNDING = 1e-6;

    public SplitRatio {
        shares = List.copyOf(shares);
    }

    /// Numbers that sum to 1, or to 100; the first two are above 0.
    public static Optional<SplitRatio> parse(String text) {
        List<Double> numbers = new ArrayList<>();
        for (String number : text.replaceAll("[\\[\\]\\s]", "").split("[,:/]", -1)) {
            if (!number.matches("\\d*\\.?\\d+|\\d+\\.")) {
                return Optional.empty();
            }
            numbers.add(Double.parseDouble(number));
        }
        double sum = numbers.stream().mapToDouble(Double::doubleValue).sum();
        double whole = Math.abs(sum - 1) < ROUNDING ? 1 : Math.abs(sum - 100) < ROUNDING ? 100 : 0;
        boolean valid = whole > 0 && (numbers.size() == 2 || numbers.size() == 3) && numbers.get(0) > 0
                && numbers.get(1) > 0;
        return valid ? Optional.of(new SplitRatio(numbers.stream().map(number -> number / whole).toList()))
                : Optional.empty();
    }

    public double train() {
        return shares.get(0);
    }

    public double val() {
        return shares.get(1);
    }

    /// 0 without a third share.
    public double test() {
        return shares.size() > 2 ? shares.get(2) : 0;
    }

    @Override
    public String text() {
        return shares.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return text();
    }
}
