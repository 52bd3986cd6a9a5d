package io.yolofit.train.options;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Values of `device`: automatic, the CPU, several ranks on the CPU, or GPUs by index.
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

    /// Several ranks on the CPU, which share its cores: `cpu,cpu`.
    record Cpus(int ranks) implements DeviceChoice {
        public Cpus {
            if (ranks < 2) {
                throw new IllegalArgumentException(ranks + " ranks on the CPU: expected at least 2");
            }
        }

        @Override
        public String toString() {
            return String.join(",", Collections.nCopies(ranks, "cpu"));
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

    /// Number of devices that the choice names.
    default int count() {
        return switch (this) {
            case Auto() -> 1;
            case Cpu() -> 1;
            case Cpus(int ranks) -> ranks;
            case Gpus(var numbers) -> numbers.size();
        };
    }

    static DeviceChoice gpu(int number) {
        return new Gpus(List.of(number));
    }

    private static List<String> words(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        boolean bracketed = word.startsWith("[") && word.endsWith("]");
        String inner = bracketed ? word.substring(1, word.length() - 1) : word;
        return Arrays.stream(inner.split(",", -1)).map(String::strip).toList();
    }

    /// Why a value is refused that a user may expect to be a choice; empty for all others.
    static Optional<String> refusal(String text) {
        List<String> words = words(text);
        if (words.size() > 1 && words.contains("cpu")) {
            return Optional.of("a run is on the CPU or on GPUs, not on both; give device=cpu, or the GPUs alone, such "
                    + "as device=0 or device=0,1");
        }
        if (words.stream().distinct().count() < words.size()) {
            return Optional.of("names a device twice; give each GPU once, such as device=0,1");
        }
        return words.stream().anyMatch(word -> word.startsWith("gpu"))
                ? Optional.of("a GPU is given by its index; give device=0, or device=0,1 for two of them")
                : Optional.empty();
    }

    /// Parses `auto`, `cpu`, `cpu,cpu`, `0`, `0,1`, `[0, 1]`; `cuda` and `cuda:0` as in PyTorch; `-1`, the idlest GPU
    /// in the reference, as `auto`.
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
        List<String> words = words(word);
        if (words.stream().allMatch("cpu"::equals)) {
            return Optional.of(words.size() == 1 ? CPU : new Cpus(words.size()));
        }
        try {
            List<Integer> numbers = new ArrayList<>();
            words.stream().map(index -> index.startsWith("cuda:") ? index.substring("cuda:".length()) : index)
                    .map(Integer::valueOf).forEach(numbers::add);
            return Optional.of(new Gpus(numbers));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // not a number, negative, or duplicate
        }
    }
}
