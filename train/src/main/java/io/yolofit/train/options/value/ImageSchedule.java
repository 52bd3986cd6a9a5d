package io.yolofit.train.options.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// Image sizes over time: `320:60,640:40` trains 60 epochs at 320 px, then 40 at 640 px. A third number is the batch
/// size of the phase: `320:60:32,640:40:8`.
public record ImageSchedule(List<Phase> phases) implements OptionValue {
    private static final int SMALLEST = 32;
    private static final int LARGEST = 8192;

    /// Epochs at one image size.
    ///
    /// @param size  side of the square images, pixels
    /// @param batch images of a batch; empty for that of `batch=`
    public record Phase(int size, int epochs, OptionalInt batch) {
        private String text() {
            return size + ":" + epochs + (batch.isPresent() ? ":" + batch.getAsInt() : "");
        }
    }

    public ImageSchedule {
        phases = List.copyOf(phases);
        if (phases.isEmpty() || phases.stream().anyMatch(phase -> phase.size < SMALLEST || phase.size > LARGEST
                || phase.epochs < 1 || phase.batch.orElse(1) < 1)) {
            throw new IllegalArgumentException("image sizes " + phases);
        }
    }

    public static Optional<ImageSchedule> parse(String text) {
        List<Phase> phases = new ArrayList<>();
        try {
            for (String part : text.strip().split(",", -1)) {
                String[] words = part.strip().split(":", -1);
                if (words.length < 2 || words.length > 3) {
                    return Optional.empty();
                }
                phases.add(new Phase(Integer.parseInt(words[0].strip()), Integer.parseInt(words[1].strip()),
                        words.length == 2 ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(words[2].strip()))));
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

    /// The index of the phase of an epoch, from 0. Epochs after the last phase belong to it.
    public int phaseAt(int epoch) {
        int end = 0;
        for (int i = 0; i < phases.size(); i++) {
            end += phases.get(i).epochs;
            if (epoch < end) {
                return i;
            }
        }
        return phases.size() - 1;
    }

    @Override
    public String text() {
        return phases.stream().map(Phase::text).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return text();
    }
}
