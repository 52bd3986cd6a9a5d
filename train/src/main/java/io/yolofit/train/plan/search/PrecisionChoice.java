package io.yolofit.train.plan.search;

import static io.yolofit.train.options.OptionTable.AMP;

import io.yolofit.graph.DType;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.Target;
import java.util.List;
import java.util.stream.Stream;

/// Mixed precision or fp32, if the choice is left to the planner: fp32 where the device has no half precision, or where
/// it is about as fast and fits. Mixed precision takes less memory and time everywhere else.
final class PrecisionChoice {
    /// Predictions closer than this are not distinguished.
    private static final double AS_FAST = .98;

    private final RunVariants variants;
    private final Target target;

    PrecisionChoice(RunVariants variants, Target target) {
        this.variants = variants;
        this.target = target;
    }

    /// The run with a precision.
    ///
    /// @param sizes the run with each batch size that it may have, ascending
    Options of(Options run, List<Options> sizes) {
        if (target.half() == DType.F32) {
            return run.with(AMP, AmpChoice.FALSE, "fp32: half precision is not faster on " + target.name());
        }
        if (sizes.stream().map(size -> size.with(AMP, AmpChoice.FALSE)).noneMatch(variants::mayHold)) {
            return run.with(AMP, AmpChoice.TRUE, target.half().text() + ": fp32 does not fit");
        }
        List<Options> ends = Stream.of(sizes.getFirst(), sizes.getLast()).distinct().toList();
        List<Double> gains = ends.parallelStream().map(this::gain).toList();
        boolean fits = variants.neededShare(ends.getFirst().with(AMP, AmpChoice.FALSE)) <= 1;
        String half = target.half().text();
        boolean asFast = gains.stream().allMatch(one -> one < 1 / AS_FAST);
        return fits && asFast
                ? run.with(AMP, AmpChoice.FALSE, "fp32: about as fast as " + half + " on " + target.name()
                        + ", without its rounding")
                : run.with(AMP, AmpChoice.TRUE, half + (asFast ? ": fp32 does not fit;"
                        : ": faster than fp32 and half of its memory for activations;")
                        + " weights and updates are fp32, accuracy is the same in general");
    }

    /// How many times as fast mixed precision is.
    private double gain(Options run) {
        double single = variants.estimate(run.with(AMP, AmpChoice.FALSE)).seconds();
        return single / variants.estimate(run.with(AMP, AmpChoice.TRUE)).seconds();
    }
}
