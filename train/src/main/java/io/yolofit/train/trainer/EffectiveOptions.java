package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.BALANCED;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CLOSE_MOSAIC;
import static io.yolofit.train.options.OptionTable.COPY_PASTE;
import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.LR_SCALING;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.PATIENCE;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static io.yolofit.train.options.OptionTable.RECT;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.SAVE_PERIOD;
import static io.yolofit.train.options.OptionTable.TF32;
import static io.yolofit.train.options.OptionTable.VAL_EACH_EPOCH;
import static io.yolofit.train.options.OptionTable.WARMUP_BIAS_LR;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static io.yolofit.train.options.OptionTable.WARMUP_MOMENTUM;
import static io.yolofit.train.options.OptionTable.WEIGHT_DECAY;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.dataset.Label;
import io.yolofit.engine.Engine;
import io.yolofit.graph.DType;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.RecomputeAmount;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.schedule.OptimizerSetup;
import io.yolofit.train.schedule.TrainingSchedule;
import java.util.Locale;

/// Resolves the automatic choices of a run, and explains every value that has another effect than its number says: a
/// value that the recipe adjusts, or one that another option disables. `args.yaml` and the start of the run show the
/// explanations, so that no option is ignored silently.
final class EffectiveOptions {
    private static final double ROUNDING = 1e-9;
    private static final String JOINED = "mosaic, mixup, cutmix and copy_paste";

    private final Options given;
    private final TrainingImages images;
    private Options options;

    private EffectiveOptions(Options given, Options options, TrainingImages images) {
        this.given = given;
        this.options = options;
        this.images = images;
    }

    /// The options of a run on an engine.
    ///
    /// @param classes number of classes of the model
    /// @param target  the engine's device
    static Options of(Options given, int classes, TrainingImages images, Engine engine, Target target) {
        int count = images.train().images().size();
        var effective = new EffectiveOptions(given, OptimizerSetup.resolved(given, classes, count), images);
        effective.explainDevice(engine, target);
        effective.explainBatch();
        effective.explainSampling();
        effective.explainAugmentation();
        effective.explainWarmup();
        effective.explainSaving();
        return effective.options;
    }

    private void explain(boolean applies, Option<?> option, String reason) {
        if (applies) {
            options = options.explained(option, reason);
        }
    }

    private void explainDevice(Engine engine, Target target) {
        explain(options.get(DEVICE).equals(DeviceChoice.AUTO), DEVICE, engine.name() + ", " + engine.description());
        explain(options.get(AMP) == AmpChoice.TRUE, AMP, target.half().text() + " on " + engine.name());
        explain(options.get(RECOMPUTE).equals(RecomputeAmount.DEFAULT), RECOMPUTE,
                target.recompute().name().toLowerCase(Locale.ROOT) + " on " + engine.name());
        explain(given.isChosen(TF32) && !target.staging(), TF32, "no effect: only GPUs have it");
        explain(given.isChosen(TF32) && target.staging() && RunSpec.precision(options, target) != DType.F32, TF32,
                "no effect: convolutions are not in fp32");
    }

    private void explainBatch() {
        int count = images.train().images().size();
        explain(count < options.get(BATCH), BATCH, "all " + count + " training images are one batch");
        double decay = TrainingSchedule.weightDecay(options);
        boolean scaled = Math.abs(decay - options.get(WEIGHT_DECAY)) > ROUNDING * decay;
        options.find(LR_SCALING).ifPresent(scaling -> explain(true, LR0, String.format(Locale.ROOT,
                "%.4g for %d images per update: lr_scaling=%s", OptimizerSetup.rate(options),
                TrainingSchedule.effectiveBatch(options), scaling.text())));
        explain(scaled, WEIGHT_DECAY, String.format(Locale.ROOT, "%.4g for %d images per update", decay,
                TrainingSchedule.effectiveBatch(options)));
    }

    private void explainSampling() {
        explain(options.get(BALANCED) && images.train().images().stream().flatMap(image -> image.labels().stream())
                .map(Label::category).distinct().limit(2).count() < 2, BALANCED,
                "no effect: all objects have one class");
        explain(options.get(BALANCED) && options.get(RECT), BALANCED,
                "no effect: rectangular batches are ordered by aspect ratio");
    }

    private void explainAugmentation() {
        Augmentation augmentation = images.augmentation();
        boolean joins = augmentation.joinsImages() || augmentation.copyPaste() > 0;
        explain(joins && options.get(CLOSE_MOSAIC) >= options.get(EPOCHS), CLOSE_MOSAIC,
                "all epochs are among the last: no " + JOINED + "; close_mosaic=0 keeps them to the end");
        explain(joins && options.get(RECT), RECT, "rectangular batches have no " + JOINED);
        explain(options.get(COPY_PASTE) > 0 && images.train().images().stream()
                .noneMatch(image -> image.labels().stream().anyMatch(Label::hasPolygon)), COPY_PASTE,
                "no effect: no label is a polygon");
    }

    private void explainWarmup() {
        int batches = Math.ceilDiv(images.train().images().size(), options.get(BATCH));
        long iterations = TrainingSchedule.warmupIterations(options, batches);
        boolean none = iterations < 0;
        explain(!none && iterations != Math.round(options.get(WARMUP_EPOCHS) * batches), WARMUP_EPOCHS,
                "at least " + iterations + " iterations; an epoch has " + batches);
        explain(none && given.isChosen(WARMUP_MOMENTUM), WARMUP_MOMENTUM, "no effect: warmup_epochs=0");
        explain(none && given.isChosen(WARMUP_BIAS_LR), WARMUP_BIAS_LR, "no effect: warmup_epochs=0");
        explain(!none && given.isChosen(WARMUP_MOMENTUM)
                && !OptimizerSetup.warmsMomentum(OptimizerSetup.rule(options.get(OPTIMIZER))), WARMUP_MOMENTUM,
                "no effect: the momentum of " + options.get(OPTIMIZER).word() + " does not warm up");
    }

    private void explainSaving() {
        explain(!options.get(VAL_EACH_EPOCH) && given.isChosen(PATIENCE), PATIENCE, "no effect: val=false");
        explain(!options.get(SAVE), SAVE, "only the last epoch is saved");
        explain(!options.get(SAVE) && options.get(SAVE_PERIOD) > 0, SAVE_PERIOD, "no effect: save=false");
    }
}
