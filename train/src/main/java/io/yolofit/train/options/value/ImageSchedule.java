package io.yolofit.train.options.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Image sizes over time: `320:60,640:40` trains 60 epochs at 320 px, then 40 at 640 px.
public record ImageSchedule(List<Phase> phases) implements OptionValue {
    private static final int SMALLEST = 32;
    private static final int LARGEST = 8192;

    /// Epochs at one image size.
    ///
    /// @param size side of the square images, pixels
    public record Phase(int size, int epochs) {
    }

    public ImageSchedule {
        phases = List.copyOf(phases);
        if (phases.isEmpty() || phases.stream().anyMatch(phase -> phase.size < SMALLEST || phase.size > LARGEST
                || phase.epochs < 1)) {
            throw new IllegalArgumentException("image sizes " + phases);
        }
    }

    public static Optional<ImageSchedule> parse(String text) {
        List<Phase> phases = new ArrayList<>();
        try {
            for (String part : text.strip().split(",", -1)) {
                String[] words = part.strip().split(":", -1);
                if (words.length != 2) {
                    return Optional.empty();
                }
                phases.add(new Phase(Integer.parseInt(words[0].strip()), Integer.parseInt(words[1].strip())));
            }
            return Optional.of(new ImageSchedule(phases));
        } catch (IllegalArgumentException _) { // includes numbers that are none
            return Optional.empty();
        }
    }

    /// Epochs of all phases.
    public int epochs() {
        return phases.stream().mapToInt(Phase::epochs).sum();
    }

    /// The largest image size, pixels.
    public int largest() {
        return phases.stream().mapToInt(Phase::size).max().orElseThrow();
    }

    /// The distinct image sizes, in the order of their first use.
    public List<Integer> sizes() {
        return phases.stream().map(Phase::size).distinct().toList();
    }

    /// The image size of an epoch, from 0. Epochs after the last phase have its size.
    public int sizeAt(int epoch) {
        int end = 0;
        for (Phase phase : phases) {
            end += phase.epochs;
            if (epoch < end) {
                return phase.size;
            }
        }
        return phases.getLast().size;
    }

    @Override
    public String text() {
        return phases.stream().map(phase -> phase.size + ":" + phase.epochs).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return text();
    }
}
