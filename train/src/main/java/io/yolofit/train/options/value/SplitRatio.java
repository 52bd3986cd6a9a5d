package io.yolofit.train.options.value;

import java.math.BigDecimal;
import java.math.RoundingMode;
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
        List<Double> numbers = numbers(text);
        double whole = whole(numbers);
        return problem(numbers).isPresent() ? Optional.empty()
                : Optional.of(new SplitRatio(numbers.stream().map(number -> number / whole).toList()));
    }

    /// Why a list of numbers is refused; empty for other texts.
    public static Optional<String> refusal(String text) {
        List<Double> numbers = numbers(text);
        return numbers.isEmpty() ? Optional.empty() : problem(numbers);
    }

    private static List<Double> numbers(String text) {
        List<Double> numbers = new ArrayList<>();
        for (String number : text.replaceAll("[\\[\\]\\s]", "").split("[,:/]", -1)) {
            if (!number.matches("\\d*\\.?\\d+|\\d+\\.")) {
                return List.of();
            }
            numbers.add(Double.parseDouble(number));
        }
        return numbers;
    }

    private static double sum(List<Double> numbers) {
        return numbers.stream().mapToDouble(Double::doubleValue).sum();
    }

    /// 1 or 100, or 0 if the sum is neither.
    private static double whole(List<Double> numbers) {
        double sum = sum(numbers);
        return Math.abs(sum - 1) < ROUNDING ? 1 : Math.abs(sum - 100) < ROUNDING ? 100 : 0;
    }

    private static Optional<String> problem(List<Double> numbers) {
        if (numbers.size() != 2 && numbers.size() != 3) {
            return Optional.of(numbers.size() + (numbers.size() == 1 ? " share" : " shares")
                    + "; expected two or three: train,val or train,val,test, such as 0.8,0.2");
        }
        if (whole(numbers) == 0) {
            double sum = sum(numbers);
            double whole = numbers.stream().allMatch(number -> number <= 1) ? 1 : 100;
            boolean rest = numbers.size() == 2 && sum < whole && numbers.get(0) > 0 && numbers.get(1) > 0;
            String first = shown(numbers.get(0));
            return Optional.of("the shares sum to " + shown(sum) + ", but expected is 1 or 100; give " + (rest ? first
                    + "," + shown(whole - numbers.get(0)) + " or, with a test split, " + first + ","
                    + shown(numbers.get(1)) + "," + shown(whole - sum) : "0.8,0.2, for instance"));
        }
        return numbers.get(0) > 0 && numbers.get(1) > 0 ? Optional.empty()
                : Optional.of("the shares of train and val have to be above 0, such as 0.8,0.2");
    }

    private static String shown(double number) {
        return BigDecimal.valueOf(number).setScale(6, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
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
