package io.yolofit.train.plan;

import io.yolofit.train.plan.time.StepTimeModel;
import java.util.OptionalDouble;

/// Predicted times of a training run on its device, without data loading. All times are seconds.
///
/// @param step       of a full training batch
/// @param update     of accumulated gradients; 0 if the step includes it
/// @param validation of a full validation batch
/// @param images     training images per second, of all ranks
/// @param epoch      of an epoch with its validation; empty if the number of images is unknown
/// @param hours      of all epochs; empty likewise
public record RunTimes(double step, double update, double validation, double images, OptionalDouble epoch,
        OptionalDouble hours) {
    private static final double SECONDS_PER_HOUR = 3600;

    static RunTimes of(RunSpec spec, RunPlan plan) {
        StepTimeModel times = plan.target().times();
        double step = times.seconds(plan.steps().values().iterator().next());
        double update = plan.update().map(times::seconds).orElse(0.0);
        double validation = times.seconds(plan.validation().values().iterator().next());
        RunSpec.Schedule schedule = spec.schedule();
        double perBatch = step + update / schedule.accumulate();
        int ranks = plan.target().slot().ranks();
        int batch = ranks == 1 ? spec.batches().train().getFirst().images() : schedule.batch();
        double images = batch / perBatch;
        if (schedule.trainImages().isEmpty() || schedule.valImages().isEmpty()) {
            return new RunTimes(step, update, validation, images, OptionalDouble.empty(), OptionalDouble.empty());
        }
        double epoch = Math.ceilDiv(schedule.trainImages().getAsInt(), batch) * perBatch
                + Math.ceilDiv(Math.ceilDiv(schedule.valImages().getAsInt(),
                        spec.batches().val().getFirst().images()), ranks) * validation;
        return new RunTimes(step, update, validation, images, OptionalDouble.of(epoch),
                OptionalDouble.of(epoch * schedule.epochs() / SECONDS_PER_HOUR));
    }
}
