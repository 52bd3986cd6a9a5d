package io.yolofit.train.schedule;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.MOMENTUM;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.WARMUP_BIAS_LR;

import io.yolofit.graph.op.Update;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Options;

/// The optimizer of a run, with `optimizer=auto` resolved: SGD with learning rate .01 for more than 10,000 iterations,
/// otherwise AdamW with a learning rate fitted to the number of classes; both with momentum .9 and a bias learning rate
/// that warms up from zero.
///
/// @param rate           initial learning rate
/// @param warmupBiasRate learning rate of biases at the start of the warm-up
/// @param why            reason of the choice, for the report
public record OptimizerSetup(Update.Rule rule, double rate, double momentum, double warmupBiasRate, String why) {
    private static final long LONG_RUN = 10_000;
    private static final double AUTO_MOMENTUM = 0.9;
    private static final double SGD_RATE = 0.01;
    private static final double ROUNDING = 1e6;

    public static OptimizerSetup of(Options options, int classes, int images) {
        OptimizerChoice choice = options.get(OPTIMIZER);
        if (choice != OptimizerChoice.AUTO) {
            return new OptimizerSetup(rule(choice), options.get(LR0), options.get(MOMENTUM),
                    options.get(WARMUP_BIAS_LR),
                    "optimizer=" + choice);
        }
        long iterations = (long) Math.ceilDiv(images, Math.max(options.get(BATCH),
                options.get(NBS))) * options.get(EPOCHS);
        if (iterations > LONG_RUN) {
            return new OptimizerSetup(Update.Rule.SGD, SGD_RATE, AUTO_MOMENTUM, 0, "auto: " + iterations
                    + " iterations, more than " + LONG_RUN);
        }
        double fitted = Math.rint(0.002 * 5 / (4 + classes) * ROUNDING) / ROUNDING;
        return new OptimizerSetup(Update.Rule.ADAMW, fitted, AUTO_MOMENTUM, 0, "auto: " + iterations
                + " iterations, " + classes + " classes");
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

    /// Whether the momentum warms up: in the reference that of SGD and RMSProp does, and Adam's beta1 does not.
    boolean warmsMomentum() {
        return rule == Update.Rule.SGD || rule == Update.Rule.RMSPROP;
    }
}
