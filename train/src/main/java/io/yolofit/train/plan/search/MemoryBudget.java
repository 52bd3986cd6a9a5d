package io.yolofit.train.plan.search;

import static io.yolofit.train.options.OptionTable.AUTO_BATCH;
import static io.yolofit.train.options.OptionTable.MEMORY;

import io.yolofit.base.Failure;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.AutoBatch;
import io.yolofit.train.options.value.MemoryLimit;
import io.yolofit.train.plan.PlanException;
import io.yolofit.train.plan.ProcessMemory;
import io.yolofit.train.plan.Target;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// The limit of the memory of a run's process on its device.
///
/// @param bytes empty without a limit: a device that is not present, and no `memory=`
/// @param text  where the limit comes from, for reports
public record MemoryBudget(OptionalLong bytes, String text) {
    /// Free memory that `memory=free` leaves to others, bytes.
    public static final long MARGIN = 64L << 20;
    private static final double MEBI = 1 << 20;

    /// The limit that these options set on a device.
    ///
    /// @throws PlanException for a share of a device whose memory is unknown
    public static MemoryBudget of(Options options, Target target) {
        MemoryLimit limit = options.get(MEMORY);
        OptionalLong free = target.memory().free();
        OptionalLong usable = free.isPresent() ? OptionalLong.of(free.getAsLong() - MARGIN) : free;
        MemoryBudget budget = switch (limit) {
            case MemoryLimit.Free _ -> new MemoryBudget(usable, free.isPresent()
                    ? mebi(free.getAsLong()) + " free on " + target.name() + ", less " + mebi(MARGIN) : "no limit");
            case MemoryLimit.Amount(long amount, String typed) -> smaller(amount - target.memory().uncertainty(),
                    "memory=" + typed, usable, target);
            case MemoryLimit.Share(double share) -> smaller(ofTotal(share, "memory=" + limit.text(), target),
                    "memory=" + limit.text() + " of " + target.name(), usable, target);
        };
        OptionalDouble share = options.find(AUTO_BATCH).map(AutoBatch::memory).orElse(OptionalDouble.empty());
        if (share.isEmpty()) {
            return budget;
        }
        String text = "batch=" + share.getAsDouble();
        return smaller(ofTotal(share.getAsDouble(), text, target), text + " of the memory of " + target.name(),
                budget.bytes, target);
    }

    private static long ofTotal(double share, String text, Target target) {
        return Math.round(share * target.memory().total().orElseThrow(() -> new PlanException(Failure.at(text,
                "the memory of " + target.name() + " is unknown here", "give a size, such as memory=8GB"))))
                - target.memory().uncertainty();
    }

    private static String lessUncertainty(Target target) {
        long bytes = target.memory().uncertainty();
        return bytes == 0 ? "" : ", less " + mebi(bytes) + " since the context is estimated";
    }

    private static MemoryBudget smaller(long bytes, String text, OptionalLong usable, Target target) {
        return usable.isPresent() && usable.getAsLong() < bytes
                ? new MemoryBudget(usable, text + ", but only " + mebi(usable.getAsLong() + MARGIN) + " is free on "
                        + target.name() + ", of which " + mebi(MARGIN) + " stays free")
                : new MemoryBudget(OptionalLong.of(bytes), text + lessUncertainty(target));
    }

    static String mebi(long bytes) {
        return String.format(Locale.ROOT, "%.0f MiB", bytes / MEBI);
    }

    /// Whether a run fits.
    public boolean allows(ProcessMemory memory) {
        return allows(memory.total());
    }

    boolean allows(long total) {
        return bytes.isEmpty() || total <= bytes.getAsLong();
    }
}
