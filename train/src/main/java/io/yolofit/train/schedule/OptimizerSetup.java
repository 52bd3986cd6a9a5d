package io.yolofit.train.schedule;

import static io.yolofit.train.options.OptionTable.ACCUMULATE;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.LR_SCALING;
import static io.yolofit.train.options.OptionTable.MOMENTUM;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.WARMUP_BIAS_LR;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;

import io.yolofit.graph.op.Update;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;

/// The optimizer of a run, with `optimizer=auto` resolved: SGD with learning rate .01 for more than 10,000 iterations,
/// otherwise AdamW with a learning rate fitted to the number of classes; momentum .937 after the warm-up of SGD, beta1
/// .9 of AdamW, and a bias learning rate that warms up from zero. `auto` chooses only values that the user did not
/// give.
///
/// @param rate           initial learning rate
/// @param warmupBiasRate learning rate of biases at the start of the warm-up
public record OptimizerSetup(Update.Rule rule, double rate, double momentum, double warmupBiasRate) {
    private static final long LONG_RUN = 10_000;
    private static final double AUTO_MOMENTUM = 0.9;
    /// In the reference, `auto` sets .9, but the warm-up of SGD ends at the default of the option `momentum`.
    private static final double WARM_MOMENTUM = 0.937;
    private static final double SGD_RATE = 0.01;
    private static final double ROUNDING = 1e6;

    /// The optimizer of these options.
    public static OptimizerSetup of(Options options, int classes, int images) {
        Options resolved = resolved(options, classes, images);
        return new OptimizerSetup(rule(resolved.get(OPTIMIZER)), rate(resolved), resolved.get(MOMENTUM),
                resolved.get(WARMUP_BIAS_LR));
    }

    /// The initial learning rate: `lr0`, with `lr_scaling=linear` in proportion to the images of an update (Goyal et
    /// al., Accurate, Large Minibatch SGD, 2017).
    public static double rate(Options options) {
        return options.find(LR_SCALING).map(scaling -> switch (scaling) {
            case LINEAR -> options.get(LR0) * TrainingSchedule.effectiveBatch(options) / options.get(NBS);
        }).orElseGet(() -> options.get(LR0));
    }

    /// The options with `optimizer=auto` replaced by the choices it makes, each with its reason. A learning rate,
    /// momentum or bias learning rate that was chosen for the run is kept.
    ///
    /// @param classes number of classes of the model
    /// @param images  number of training images
    public static Options resolved(Options options, int classes, int images) {
        if (options.get(OPTIMIZER) != OptimizerChoice.AUTO) {
            return options;
        }
        long batch = options.find(ACCUMULATE).isPresent() ? TrainingSchedule.effectiveBatch(options)
                : Math.max(options.get(BATCH), options.get(NBS));
        long iterations = Math.ceilDiv(images, batch) * options.get(EPOCHS);
        boolean isLong = iterations > LONG_RUN;
        String length = "auto: " + iterations + (iterations == 1 ? " iteration of " : " iterations of ") + batch
                + " images, " + (isLong ? "more than " : "at most ") + LONG_RUN;
        Options resolved = options.with(OPTIMIZER, isLong ? OptimizerChoice.SGD : OptimizerChoice.ADAMW, length);
        resolved = isLong ? choose(resolved, LR0, SGD_RATE, "optimizer=auto: SGD")
                : choose(resolved, LR0, Math.rint(0.002 * 5 / (4 + classes) * ROUNDING) / ROUNDING,
                        "optimizer=auto: AdamW with " + classes + (classes == 1 ? " class" : " classes"));
        resolved = isLong && options.get(WARMUP_EPOCHS) > 0
                ? choose(resolved, MOMENTUM, WARM_MOMENTUM, "optimizer=auto: SGD, whose warm-up ends at "
                        + WARM_MOMENTUM)
                : choose(resolved, MOMENTUM, AUTO_MOMENTUM, "optimizer=auto");
        return choose(resolved, WARMUP_BIAS_LR, 0.0, "optimizer=auto");
    }

    private static Options choose(Options options, Option<Double> option, double value, String reason) {
        return options.isChosen(option) ? options.explained(option, "as given, not chosen by optimizer=auto")
                : options.with(option, value, reason);
    }

    /// The optimizer in one line.
    @Override
    public String toString() {
        return "optimizer: " + choice(rule).word() + ", lr0 " + rate + ", momentum " + momentum + ", warmup_bias_lr "
                + warmupBiasRate;
    }

    /// The update rule of a choice, for planning; `auto` counts as AdamW, its rule with the most state.
    public static Update.Rule rule(OptimizerChoice choice) {
        return switch (choice) {
            case SGD -> Update.Rule.SGD;
            case ADAM -> Update.Rule.ADAM;
            case AUTO, ADAMW -> Update.Rule.ADAMW;
            case RMSPROP -> Update.Rule.RMSPROP;
        };
    }

    private static OptimizerChoice choice(Update.Rule rule) {
        return switch (rule) {
            case SGD -> OptimizerChoice.SGD;
            case ADAM -> OptimizerChoice.ADAM;
            case ADAMW -> OptimizerChoice.ADAMW;
            case RMSPROP -> OptimizerChoice.RMSPROP;
        };
    }

    /// Whether the momentum warms up: in the reference that of SGD and RMSProp does, and Adam's beta1 does not.
    public static boolean warmsMomentum(Update.Rule rule) {
        return rule == Update.Rule.SGD || rule == Update.Rule.RMSPROP;
    }
}
