package io.yolofit.app.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/// Progress of a training: on a terminal one live line, in a pipe an occasional line, and for every epoch one permanent
/// line.
public final class TrainProgress {
    private final Console console;
    private final int epochs;
    private int batches;
    private final LongSupplier nanoTime;
    private Pace pace;
    private long start;
    private long steps;
    private int epoch;
    private long epochStart;
    private long epochImages;
    private long lastStep;

    /// The state after one batch.
    ///
    /// @param epoch       counted from 1
    /// @param batch       counted from 1
    /// @param images      in this batch
    public record Step(int epoch, int batch, int images, Losses losses, Memory memory) {}

    /// Memory of the device, bytes.
    ///
    /// @param own  of this process; 0 if unknown
    /// @param free for all processes; 0 if unknown
    public record Memory(long own, long free) {}

    /// Loss terms by their short names, each multiplied by its gain, in the order in which they are shown.
    public record Losses(SequencedMap<String, Double> terms) {}

    /// The metrics of a validation.
    public record Accuracy(double precision, double recall, double map50, double map50To95) {}

    /// The state after an epoch.
    ///
    /// @param losses   means over the epoch's batches
    /// @param accuracy empty if the epoch was not validated
    /// @param best     whether it is the best epoch so far
    public record EpochSummary(int epoch, Losses losses, Optional<Accuracy> accuracy, boolean best) {}

    /// @param batches  per epoch
    /// @param nanoTime a clock such as `System::nanoTime`
    public TrainProgress(Console console, int epochs, int batches, LongSupplier nanoTime) {
        if (epochs < 1 || batches < 1) {
            throw new IllegalArgumentException(epochs + " epochs of " + batches + " batches: expected at least 1 of 1");
        }
        this.console = console;
        this.epochs = epochs;
        this.batches = batches;
        this.nanoTime = nanoTime;
        begin();
    }

    /// Starts the clock of the first epoch. Called a second time when all is prepared: kernels of a GPU may first have
    /// to be compiled and autotuned.
    public void begin() {
        start = nanoTime.getAsLong();
        pace = new Pace(console.isTerminal(), start);
        epochStart = start;
        lastStep = start;
    }

    /// Sets the number of batches per epoch from the running epoch on: it changes with the image size.
    public void batchesPerEpoch(int count) {
        batches = count;
    }

    /// Records a finished batch; prints it if a line is due.
    public void step(Step step) {
        lastStep = nanoTime.getAsLong();
        steps++;
        if (step.epoch() != epoch) {
            epoch = step.epoch();
            epochImages = 0;
        }
        epochImages += step.images();
        double share = step.batch() / (double) batches;
        if (pace.due(lastStep, share)) {
            LiveText text = text(step, share);
            if (console.isTerminal()) {
                console.live(text.withBar(share).fitting(console.width() - 1));
            } else {
                console.line(text.whole());
            }
        }
    }

    /// Prints the permanent line of an epoch and starts the clock of the next one.
    public void epochDone(EpochSummary summary) {
        long now = nanoTime.getAsLong();
        var parts = new ArrayList<String>();
        parts.add(epochText(summary.epoch()));
        parts.addAll(lossTexts(summary.losses()));
        summary.accuracy().ifPresent(accuracy -> {
            parts.add("P " + Units.fixed(accuracy.precision(), 3));
            parts.add("R " + Units.fixed(accuracy.recall(), 3));
            parts.add("mAP50 " + Units.fixed(accuracy.map50(), 3));
            parts.add("mAP50-95 " + Units.fixed(accuracy.map50To95(), 3));
        });
        parts.add(speed());
        parts.add(Units.duration(Duration.ofNanos(now - epochStart)));
        if (summary.best()) {
            parts.add("best");
        }
        console.line(String.join(LiveText.GAP, parts));
        epochStart = now;
    }

    /// Removes the live line, at the end or before other output.
    public void close() {
        console.removeLive();
    }

    private LiveText text(Step step, double share) {
        var text = new LiveText().add(0, epochText(step.epoch()));
        lossTexts(step.losses()).forEach(loss -> text.add(2, loss));
        text.add(3, speed());
        if (step.memory().own() > 0) {
            text.add(4, Units.bytes(step.memory().own()));
        }
        if (step.memory().free() > 0) {
            text.add(4, Units.bytes(step.memory().free()) + " free");
        }
        return text.add(1, (int) (100 * share) + " %").add(3, "ETA " + Units.duration(remaining(step)));
    }

    /// Estimated from the mean time per step so far, validation included.
    private Duration remaining(Step step) {
        long ahead = (long) (epochs - step.epoch()) * batches + (batches - step.batch());
        return Duration.ofNanos(Math.round((lastStep - start) / (double) steps * ahead));
    }

    /// Images of this epoch divided by its training time so far.
    private String speed() {
        return lastStep <= epochStart ? "- img/s" : Units.rate(epochImages * 1e9 / (lastStep - epochStart), "img");
    }

    private String epochText(int number) {
        String total = Integer.toString(epochs);
        String shown = Integer.toString(number);
        return "epoch " + " ".repeat(Math.max(0, total.length() - shown.length())) + shown + "/" + total;
    }

    private static List<String> lossTexts(Losses losses) {
        return losses.terms().entrySet().stream().map(term -> term.getKey() + " " + Units.fixed(term.getValue(), 4))
                .toList();
    }
}
