package io.yolofit.train.options.value;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A limit of the memory that a run takes on its device: an amount, a share of the device, or what is free.
public sealed interface MemoryLimit extends OptionValue {
    /// All that is free, less the planner's margin.
    MemoryLimit FREE = new Free();

    /// @see MemoryLimit#FREE
    record Free() implements MemoryLimit {
        @Override
        public String text() {
            return "free";
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /// A share of the device's memory, above 0 and at most 1.
    record Share(double of) implements MemoryLimit {
        @Override
        public String text() {
            return BigDecimal.valueOf(of).scaleByPowerOfTen(2).stripTrailingZeros().toPlainString() + "%";
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /// An amount.
    ///
    /// @param typed the amount as the user wrote it
    record Amount(long bytes, String typed) implements MemoryLimit {
        @Override
        public String text() {
            return typed;
        }

        @Override
        public String toString() {
            return typed;
        }
    }

    /// A unit of memory; those with an i are powers of 1024, the others of 1000.
    record Unit(String name, long bytes) {
    }

    List<Unit> UNITS = List.of(new Unit("gib", 1L << 30), new Unit("mib", 1L << 20), new Unit("gb", 1_000_000_000),
            new Unit("mb", 1_000_000), new Unit("g", 1_000_000_000), new Unit("m", 1_000_000));

    /// An amount as a user would type it: `2303MB`.
    static MemoryLimit ofMegabytes(long megabytes) {
        String typed = megabytes + "MB";
        return parse(typed).orElseThrow();
    }

    static Optional<MemoryLimit> parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (word.equals("free")) {
            return Optional.of(FREE);
        }
        try {
            if (word.endsWith("%")) {
                double share = new BigDecimal(word.substring(0, word.length() - 1).strip()).doubleValue() / 100;
                return share > 0 && share <= 1 ? Optional.of(new Share(share)) : Optional.empty();
            }
            Optional<Unit> unit = UNITS.stream().filter(one -> word.endsWith(one.name)).findFirst();
            if (unit.isEmpty()) {
                return Optional.empty();
            }
            BigDecimal number = new BigDecimal(word.substring(0, word.length() - unit.get().name.length()).strip());
            long bytes = number.multiply(BigDecimal.valueOf(unit.get().bytes)).longValueExact();
            return bytes > 0 ? Optional.of(new Amount(bytes, text.strip())) : Optional.empty();
        } catch (NumberFormatException | ArithmeticException _) {
            return Optional.empty();
        }
    }
}
