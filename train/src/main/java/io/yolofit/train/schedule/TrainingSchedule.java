package io.yolofit.train.schedule;

import static io.yolofit.train.options.OptionTable.ACCUMULATE;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.COS_LR;
import static io.yolofit.train.options.OptionTable.EMA_TAU;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.LRF;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static io.yolofit.train.options.OptionTable.WARMUP_MOMENTUM;
import static io.yolofit.train.options.OptionTable.WEIGHT_DECAY;

import io.yolofit.graph.op.StepScalars;
import io.yolofit.train.options.Options;

/// Learning rates, momentum and gradient accumulation at any iteration of a run (recipe, "Step").
public final class TrainingSchedule {
    private static final long LEAST_WARMUP_ITERATIONS = 100;
    private static final double EMA_DECAY = 0.9999;
    private static final float CLIP_NORM = 10;
    private static final float BETA2 = 0.999f;
    private static final double FIRST_ONE_TO_MANY = 0.8;
    private static final double LAST_ONE_TO_MANY = 0.1;

    private final Options options;
    private final OptimizerSetup optimizer;
    private final long warmupIterations;
    private final double nominalAccumulation;
    private final double weightDecay;
    private final double emaTau;

    /// @param batches number of batches of an epoch
    public TrainingSchedule(Options options, OptimizerSetup optimizer, int batches) {
        this.options = options;
        this.optimizer = optimizer;
        warmupIterations = warmupIterations(options, batches);
        nominalAccumulation = options.find(ACCUMULATE).map(Integer::doubleValue)
                .orElseGet(() -> (double) options.get(NBS) / options.get(BATCH));
        weightDecay = weightDecay(options);
        emaTau = options.get(EMA_TAU);
    }

    /// Iterations of the warm-up: `warmup_epochs`, at least 100; -1 without a warm-up.
    ///
    /// @param batches number of batches of an epoch
    public static long warmupIterations(Options options, int batches) {
        double warmupEpochs = options.get(WARMUP_EPOCHS);
        return warmupEpochs > 0 ? Math.max(Math.round(warmupEpochs * batches), LEAST_WARMUP_ITERATIONS) : -1;
    }

    /// Weight decay of an update: `weight_decay` scaled by the images of an update over the nominal batch.
    public static double weightDecay(Options options) {
        return options.get(WEIGHT_DECAY) * effectiveBatch(options) / options.get(NBS);
    }

    /// Batches per update after the warm-up: `accumulate`, or else nominal batch size over batch size.
    public static int accumulation(Options options) {
        return options.find(ACCUMULATE).orElseGet(() ->
                (int) Math.max(1, Math.rint((double) options.get(NBS) / options.get(BATCH))));
    }

    /// Images of an update, after the warm-up.
    public static long effectiveBatch(Options options) {
        return (long) options.get(BATCH) * accumulation(options);
    }

    /// Batches per update at an iteration of the run.
    public int accumulation(long iteration) {
        if (iteration > warmupIterations) {
            return accumulation(options);
        }
        return (int) Math.max(1, Math.rint(warm(iteration, 1, nominalAccumulation)));
    }

    /// Learning rates of weights, normalization and biases.
    ///
    /// @param iteration of the run, from 0
    /// @param epoch from 0
    public double[] rates(long iteration, int epoch) {
        double scheduled = optimizer.rate() * decay(epoch);
        if (iteration > warmupIterations) {
            return new double[] {scheduled, scheduled, scheduled};
        }
        double warming = warm(iteration, 0, scheduled);
        return new double[] {warming, warming, warm(iteration, optimizer.warmupBiasRate(), scheduled)};
    }

    /// All scalars of an update.
    ///
    /// @param updates number of updates, including this one
    public StepScalars scalars(long iteration, int epoch, long updates) {
        double[] rates = rates(iteration, epoch);
        return new StepScalars(new float[] {(float) rates[0], (float) rates[1], (float) rates[2]},
                (float) momentum(iteration), BETA2, (float) weightDecay,
                (float) (EMA_DECAY * (1 - Math.exp(-updates / emaTau))), CLIP_NORM, 1, updates)
                .withBranchWeights(oneToMany(epoch), 1 - oneToMany(epoch));
    }

    /// Weight of a one-to-many branch in a head that also has a one-to-one branch, whose weight is the rest of 1. It
    /// falls linearly from .8 in the first epoch to .1 in the last.
    public double oneToMany(int epoch) {
        double progress = (double) epoch / Math.max(options.get(EPOCHS) - 1, 1);
        return FIRST_ONE_TO_MANY + (LAST_ONE_TO_MANY - FIRST_ONE_TO_MANY) * Math.min(progress, 1);
    }

    /// Momentum of SGD and RMSProp, beta1 of Adam and AdamW.
    public double momentum(long iteration) {
        return iteration <= warmupIterations && OptimizerSetup.warmsMomentum(optimizer.rule())
                ? warm(iteration, options.get(WARMUP_MOMENTUM), optimizer.momentum()) : optimizer.momentum();
    }

    /// Learning-rate factor of an epoch: linear or cosine decay from 1 to `lrf`.
    private double decay(int epoch) {
        double progress = (double) epoch / options.get(EPOCHS);
        double last = options.get(LRF);
        return options.get(COS_LR) ? (1 - Math.cos(progress * Math.PI)) / 2 * (last - 1) + 1
                : Math.max(1 - progress, 0) * (1 - last) + last;
    }

    private double warm(long iteration, double from, double to) {
        return from + (to - from) * iteration / warmupIterations;
    }
}
