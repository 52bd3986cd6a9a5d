package io.yolofit.train.options.value;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// A batch size that the planner chooses: `-1`, `auto`, `auto:128`, or `0.7`.
///
/// @param memory share of the device's memory that the run may use; empty for the limit of `memory=`
/// @param most   largest batch; empty for the nominal batch size
public record AutoBatch(OptionalDouble memory, OptionalInt most) implements OptionValue {
    private static final int LARGEST = 65_536;
    private static final String AUTO = "auto";

    public static Optional<AutoBatch> parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (word.equals(AUTO) || word.equals("-1")) {
            return Optional.of(new AutoBatch(OptionalDouble.empty(), OptionalInt.empty()));
        }
        try {
            if (word.startsWith(AUTO + ":")) {
                int most = Integer.parseInt(word.substring(AUTO.length() + 1));
                return most < 1 || most > LARGEST ? Optional.empty()
                        : Optional.of(new AutoBatch(OptionalDouble.empty(), OptionalInt.of(most)));
            }
            double share = new BigDecimal(word).doubleValue();
            return share > 0 && share < 1
                    ? Optional.of(new AutoBatch(OptionalDouble.of(share), OptionalInt.empty())) : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// As the user writes it: `batch=-1`, `batch=auto:128`, `batch=0.7`.
    public String word() {
        return "batch=" + (memory.isEmpty() && most.isEmpty() ? "-1" : text());
    }

    @Override
    public String text() {
        return memory.isPresent() ? String.valueOf(memory.getAsDouble())
                : most.isPresent() ? AUTO + ":" + most.getAsInt() : AUTO;
    }

    @Override
    public String toString() {
        return text();
    }
}
