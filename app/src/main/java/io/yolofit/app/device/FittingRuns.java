package io.yolofit.app.device;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;

import io.yolofit.app.console.Units;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.RecomputeChoice;
import io.yolofit.train.schedule.TrainingSchedule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToLongFunction;
import java.util.function.ToLongFunction;

/// Runs like one that does not fit into a device's memory, but that do: found by planning them.
///
/// A smaller batch keeps the results, as gradients of several batches are summed up to the nominal batch.
public final class FittingRuns {
    /// For modules and graphs, which the driver loads after the arena is taken.
    static final long MARGIN = 256L << 20;

    private final Options typed;
    private final Options options;
    private final int stride;
    private final ToLongFunction<Options> bytes;
    private final long free;
    private final Map<List<Object>, Long> plans = new HashMap<>();

    /// @param typed   as the user gave them, for commands
    /// @param options of the run that does not fit
    /// @param stride  of the model: image sizes are multiples
    /// @param bytes   what a run with other options takes
    /// @param free    bytes that it may take
    public FittingRuns(Options typed, Options options, int stride, ToLongFunction<Options> bytes, long free) {
        this.typed = typed;
        this.options = options;
        this.stride = stride;
        this.bytes = bytes;
        this.free = free;
    }

    /// The failure with the commands that fit.
    public static String message(OutOfDeviceMemoryException full, Options typed, Options options, int stride,
            ToLongFunction<Options> bytes) {
        List<String> commands = new FittingRuns(typed, options, stride, bytes, full.free() - MARGIN).lines();
        return full.getMessage() + "\n" + (commands.isEmpty()
                ? "No batch, image size or recompute= makes it fit: free some of that memory, or take a smaller model"
                : "These fit:\n" + String.join("\n", commands));
    }

    /// One line for each way out: the command, and what it takes and changes.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        Options most = options.with(RECOMPUTE, RecomputeChoice.MAX);
        boolean maxIsNew = options.get(RECOMPUTE) != RecomputeChoice.MAX;
        boolean maxFits = maxIsNew && fits(most);
        if (maxFits) {
            lines.add(line(most, Set.of(RECOMPUTE), "the same run, slower"));
        }
        Optional<Options> smaller = smallerBatch(options);
        smaller.ifPresent(run -> lines.add(line(run, Set.of(BATCH), accumulated(run))));
        if (maxIsNew && !maxFits) {
            smallerBatch(most).filter(run -> smaller.isEmpty() || run.get(BATCH) > smaller.get().get(BATCH))
                    .ifPresent(run -> lines.add(line(run, Set.of(BATCH, RECOMPUTE), accumulated(run) + ", slower")));
        }
        int strides = largest(1, options.get(IMGSZ) / stride - 1, count -> planned(sized(count)), free);
        if (strides > 0) {
            lines.add(line(sized(strides), Set.of(IMGSZ), "smaller images: small objects are harder to find"));
        }
        return lines;
    }

    private Options sized(int strides) {
        return options.with(IMGSZ, strides * stride);
    }

    private Optional<Options> smallerBatch(Options run) {
        int batch = largest(1, options.get(BATCH) - 1, size -> planned(run.with(BATCH, size)), free);
        return batch > 0 ? Optional.of(run.with(BATCH, batch)) : Optional.empty();
    }

    /// The largest number that takes no more bytes than are free; 0 if none does. Bytes grow with the number, nearly in
    /// proportion, so that a straight line between two plans says where to plan next: four plans or so are enough.
    static int largest(int low, int high, IntToLongFunction bytes, long free) {
        if (high < low || bytes.applyAsLong(low) > free) {
            return 0;
        }
        int fits = low;
        int tooLarge = high;
        long below = bytes.applyAsLong(low);
        long above = bytes.applyAsLong(high);
        if (above <= free) {
            return high;
        }
        while (tooLarge - fits > 1) {
            double part = (free - below) / (double) (above - below);
            int next = Math.clamp(fits + (int) (part * (tooLarge - fits)), fits + 1, tooLarge - 1);
            long at = bytes.applyAsLong(next);
            if (at <= free) {
                fits = next;
                below = at;
            } else {
                tooLarge = next;
                above = at;
            }
        }
        return fits;
    }

    private boolean fits(Options run) {
        return planned(run) <= free;
    }

    /// Planned once for each run.
    private long planned(Options run) {
        return plans.computeIfAbsent(List.of(run.get(BATCH), run.get(IMGSZ), run.get(RECOMPUTE)),
                _ -> bytes.applyAsLong(run));
    }

    private static String accumulated(Options run) {
        int times = TrainingSchedule.accumulation(run);
        return "an update every " + (times == 1 ? "batch, " : times + " batches, ") + times * run.get(BATCH)
                + " images";
    }

    private String line(Options run, Set<Option<?>> changed, String what) {
        return "  " + CommandLine.of(typed, run, changed) + "\n      " + Units.bytes(planned(run)) + "; "
                + what;
    }
}
