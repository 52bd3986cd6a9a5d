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
    /// Free memory that `memory=free` leaves to others on a GPU, bytes.
    public static final long MARGIN = 64L << 20;
    /// Share of the free host memory that a run on the CPU leaves to Java, its libraries, workspaces and the loader.
    private static final int HOST_SHARE = 4;
    private static final double MEBI = 1 << 20;

    /// The limit that these options set on a device.
    ///
    /// @throws PlanException for a share of a device whose memory is unknown
    public static MemoryBudget of(Options options, Target target) {
        MemoryLimit limit = options.get(MEMORY);
        OptionalLong usable = usable(target);
        MemoryBudget budget = switch (limit) {
            case MemoryLimit.Free _ when isUnlimited(options, target) -> new MemoryBudget(OptionalLong.empty(),
                    "no limit");
            case MemoryLimit.Free _ -> new MemoryBudget(usable, mebi(target.memory().free().getAsLong()) + " free on "
                    + target.name() + ", less " + mebi(margin(target)) + ofRanks(target));
            case MemoryLimit.Amount(long amount, String typed) -> smaller(amount - target.memory().uncertainty(),
                    "memory=" + typed, usable, target);
            case MemoryLimit.Share(double share) -> smaller(ofTotal(share, "memory=" + limit.text(),
                    "give a size, such as memory=8GB", target), "memory=" + limit.text() + " of " + target.name(),
                    usable, target);
        };
        OptionalDouble share = options.find(AUTO_BATCH).map(AutoBatch::memory).orElse(OptionalDouble.empty());
        if (share.isEmpty()) {
            return budget;
        }
        String text = "batch=" + share.getAsDouble();
        return smaller(ofTotal(share.getAsDouble(), text, "use batch=-1 with a size, such as memory=8GB", target),
                text + " of the memory of " + target.name(), budget.bytes, target);
    }

    /// Without `memory=`, a fixed batch on the CPU may use memory that the host frees for it, or swap.
    private static boolean isUnlimited(Options options, Target target) {
        return target.memory().free().isEmpty() || target.memory().isHost() && !options.isChosen(MEMORY)
                && options.find(AUTO_BATCH).isEmpty();
    }

    /// Free memory that a run may use, bytes: ranks on the CPU share the memory of the host.
    static OptionalLong usable(Target target) {
        OptionalLong free = target.memory().free();
        return free.isEmpty() ? free : OptionalLong.of((free.getAsLong() - margin(target)) / sharers(target));
    }

    private static long margin(Target target) {
        return target.memory().isHost() ? Math.max(MARGIN, target.memory().free().getAsLong() / HOST_SHARE) : MARGIN;
    }

    private static int sharers(Target target) {
        return target.memory().isHost() ? target.slot().ranks() : 1;
    }

    private static String ofRanks(Target target) {
        return sharers(target) == 1 ? "" : ", for each of " + sharers(target) + " ranks";
    }

    /// @param remedy if the memory of the device is unknown
    private static long ofTotal(double share, String text, String remedy, Target target) {
        return Math.round(share / sharers(target) * target.memory().total().orElseThrow(() ->
                new PlanException(Failure.at(text, "the memory of " + target.name() + " is unknown here", remedy))))
                - target.memory().uncertainty();
    }

    private static String lessUncertainty(Target target) {
        long bytes = target.memory().uncertainty();
        return bytes == 0 ? "" : ", less " + mebi(bytes) + " since the context is estimated";
    }

    private static MemoryBudget smaller(long bytes, String text, OptionalLong usable, Target target) {
        return usable.isPresent() && usable.getAsLong() < bytes
                ? new MemoryBudget(usable, text + ", but only " + mebi(target.memory().free().getAsLong())
                        + " is free on " + target.name() + ", of which " + mebi(margin(target)) + " stays free"
                        + ofRanks(target))
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
