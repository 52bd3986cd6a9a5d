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

/// Suggests variants of a run that fit into the memory of a device, found by planning them.
///
/// A smaller batch keeps the results, because gradients are accumulated up to the nominal batch.
public final class FittingRuns {
    /// Reserve for modules and graphs, which the driver loads after the arena is allocated. Bytes.
    static final long MARGIN = 256L << 20;

    private final Options typed;
    private final Options options;
    private final int stride;
    private final ToLongFunction<Options> bytes;
    private final long free;
    private final Map<List<Object>, Long> plans = new HashMap<>();

    /// @param typed   options as given by the user, for the suggested commands
    /// @param options of the run that does not fit
    /// @param stride  of the model: image sizes are multiples of it, pixels
    /// @param bytes   memory of a run with other options
    /// @param free    available bytes
    public FittingRuns(Options typed, Options options, int stride, ToLongFunction<Options> bytes, long free) {
        this.typed = typed;
        this.options = options;
        this.stride = stride;
        this.bytes = bytes;
        this.free = free;
    }

    /// The error message with the commands that fit.
    public static String message(OutOfDeviceMemoryException full, Options typed, Options options, int stride,
            ToLongFunction<Options> bytes) {
        List<String> commands = new FittingRuns(typed, options, stride, bytes, full.free() - MARGIN).lines();
        return full.getMessage() + "\n" + (commands.isEmpty()
                ? "No batch size, image size or recompute= makes it fit: free some memory, or use a smaller model"
                : "These fit:\n" + String.join("\n", commands));
    }

    /// One entry per suggestion: the command, its memory, and its effect.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        Options max = options.with(RECOMPUTE, RecomputeChoice.MAX);
        boolean maxIsNew = options.get(RECOMPUTE) != RecomputeChoice.MAX;
        boolean maxFits = maxIsNew && fits(max);
        if (maxFits) {
            lines.add(line(max, Set.of(RECOMPUTE), "the same run, slower"));
        }
        Optional<Options> smaller = smallerBatch(options);
        smaller.ifPresent(run -> lines.add(line(run, Set.of(BATCH), accumulated(run))));
        if (maxIsNew && !maxFits) {
            smallerBatch(max).filter(run -> smaller.isEmpty() || run.get(BATCH) > smaller.get().get(BATCH))
                    .ifPresent(run -> lines.add(line(run, Set.of(BATCH, RECOMPUTE), accumulated(run) + ", slower")));
        }
        int strides = largest(1, options.get(IMGSZ) / stride - 1, count -> planned(sized(count)), free);
        if (strides > 0) {
            lines.add(line(sized(strides), Set.of(IMGSZ), "smaller images: small objects are harder to detect"));
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

    /// The largest number whose memory fits into `free` bytes; 0 if none does. Memory grows almost linearly with the
    /// number, so an interpolation search needs about four plans.
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

    /// Memoized: each run is planned once.
    private long planned(Options run) {
        return plans.computeIfAbsent(List.of(run.get(BATCH), run.get(IMGSZ), run.get(RECOMPUTE)),
                _ -> bytes.applyAsLong(run));
    }

    private static String accumulated(Options run) {
        int times = TrainingSchedule.accumulation(run);
        return "one update per " + (times == 1 ? "batch, " : times + " batches, ") + times * run.get(BATCH)
                + " images";
    }

    private String line(Options run, Set<Option<?>> changed, String what) {
        return "  " + CommandLine.of(typed, run, changed) + "\n      " + Units.bytes(planned(run)) + "; "
                + what;
    }
}
