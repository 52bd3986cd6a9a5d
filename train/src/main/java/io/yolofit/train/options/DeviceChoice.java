package io.yolofit.train.options;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Values of `device`: automatic, the CPU, or GPUs by index.
public sealed interface DeviceChoice {
    DeviceChoice AUTO = new Auto();
    DeviceChoice CPU = new Cpu();

    /// The GPU with the most free memory, or else the CPU.
    record Auto() implements DeviceChoice {
        @Override
        public String toString() {
            return "auto";
        }
    }

    record Cpu() implements DeviceChoice {
        @Override
        public String toString() {
            return "cpu";
        }
    }

    /// GPUs by index, in the order of the driver.
    record Gpus(List<Integer> numbers) implements DeviceChoice {
        public Gpus {
            numbers = List.copyOf(numbers);
            if (numbers.isEmpty() || numbers.stream().anyMatch(number -> number < 0)
                    || numbers.stream().distinct().count() < numbers.size()) {
                throw new IllegalArgumentException("GPUs " + numbers + ": expected distinct indices, 0 or more");
            }
        }

        @Override
        public String toString() {
            return String.join(",", numbers.stream().map(String::valueOf).toList());
        }
    }

    static DeviceChoice gpu(int number) {
        return new Gpus(List.of(number));
    }

    /// Parses `auto`, `cpu`, `0`, `0,1`, `[0, 1]`; `cuda` and `cuda:0` as in PyTorch; `-1`, the idlest GPU in the
    /// reference, as `auto`.
    static Optional<DeviceChoice> parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (word.equals("auto") || word.equals("-1")) {
            return Optional.of(AUTO);
        }
        if (word.equals("cpu")) {
            return Optional.of(CPU);
        }
        if (word.equals("cuda")) {
            return Optional.of(gpu(0));
        }
        boolean bracketed = word.startsWith("[") && word.endsWith("]");
        String inner = bracketed ? word.substring(1, word.length() - 1) : word;
        try {
            List<Integer> numbers = new ArrayList<>();
            Arrays.stream(inner.split(",", -1)).map(String::strip)
                    .map(index -> index.startsWith("cuda:") ? index.substring("cuda:".length()) : index)
                    .map(Integer::valueOf).forEach(numbers::add);
            return Optional.of(new Gpus(numbers));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // not a number, negative, or duplicate
        }
    }
}
