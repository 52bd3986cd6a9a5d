package io.yolofit.train.options.value;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// Values of `recompute`: how much activation checkpointing (rematerialization).
///
/// @param word  `off`, `default` or `max`; `share` for a share
/// @param share of the memory that `max` saves, from 0 to 1; empty for the words
public record RecomputeAmount(Word word, OptionalDouble share) implements OptionValue {
    /// All activations are saved for the backward pass.
    public static final RecomputeAmount OFF = new RecomputeAmount(Word.OFF, OptionalDouble.empty());
    /// On a GPU, cheap activations are recomputed in the backward pass; on the CPU, all are saved.
    public static final RecomputeAmount DEFAULT = new RecomputeAmount(Word.DEFAULT, OptionalDouble.empty());
    /// Every activation whose recomputation lowers the peak is recomputed.
    public static final RecomputeAmount MAX = new RecomputeAmount(Word.MAX, OptionalDouble.empty());

    /// The kind of a value.
    public enum Word { OFF, DEFAULT, MAX, SHARE }

    public static RecomputeAmount share(double share) {
        return new RecomputeAmount(Word.SHARE, OptionalDouble.of(share));
    }

    public static Optional<RecomputeAmount> parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        for (RecomputeAmount known : new RecomputeAmount[] {OFF, DEFAULT, MAX}) {
            if (known.text().equals(word)) {
                return Optional.of(known);
            }
        }
        try {
            double share = new BigDecimal(word).doubleValue();
            return share >= 0 && share <= 1 ? Optional.of(share(share)) : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    @Override
    public String text() {
        return share.isPresent() ? String.valueOf(share.getAsDouble()) : word.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Object plain() {
        return share.isPresent() ? Double.valueOf(share.getAsDouble()) : text();
    }

    @Override
    public String toString() {
        return text();
    }
}
