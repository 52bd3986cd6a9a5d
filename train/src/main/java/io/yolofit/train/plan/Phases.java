package io.yolofit.train.plan;

import static io.yolofit.train.options.OptionTable.ACCUMULATE;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.IMGSZ_SCHEDULE;

import io.yolofit.base.Failure;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.ImageSchedule;
import io.yolofit.train.options.value.ImageSchedule.Phase;
import io.yolofit.train.schedule.TrainingSchedule;
import java.util.List;
import java.util.Optional;

/// The phases of a run whose image size changes: each is a run of its own options, with as many images per update as
/// the others. A run without `imgsz_schedule` has one phase.
public final class Phases {
    private Phases() {}

    /// The options of each phase, in order.
    public static List<Options> of(Options options) {
        return options.find(IMGSZ_SCHEDULE).map(schedule -> schedule.phases().stream()
                .map(phase -> phase(options, phase)).toList()).orElseGet(() -> List.of(options));
    }

    private static Options phase(Options options, Phase phase) {
        Options run = options.without(IMGSZ_SCHEDULE).with(IMGSZ, phase.size()).with(EPOCHS, phase.epochs());
        int batch = phase.batch().orElse(options.get(BATCH));
        if (batch == options.get(BATCH)) {
            return run;
        }
        long update = TrainingSchedule.effectiveBatch(options);
        return run.with(BATCH, batch).with(ACCUMULATE, Math.toIntExact(Math.max(1, update / batch)));
    }

    /// The index of the phase of an epoch, from 0.
    public static int at(Options options, int epoch) {
        return options.find(IMGSZ_SCHEDULE).map(schedule -> schedule.phaseAt(epoch)).orElse(0);
    }

    /// The options with `imgsz` and `epochs` of their schedule: validation has the image size of the last phase, which
    /// is that of the trained model.
    ///
    /// @param stride of the model; sizes are rounded up to multiples of it
    /// @throws PlanException if `epochs` contradicts the schedule, or batches do not divide the images of an update
    public static Options resolved(Options options, int stride) {
        Optional<ImageSchedule> given = options.find(IMGSZ_SCHEDULE);
        if (given.isEmpty()) {
            return options;
        }
        ImageSchedule schedule = new ImageSchedule(given.get().phases().stream().map(phase ->
                new Phase(Math.ceilDiv(phase.size(), stride) * stride, phase.epochs(), phase.batch())).toList());
        if (options.isChosen(EPOCHS) && options.get(EPOCHS) != schedule.epochs()) {
            throw new PlanException(Failure.naming("epochs=" + options.get(EPOCHS), "epochs=" + options.get(EPOCHS)
                    + " contradicts imgsz=" + given.get() + ", which has " + schedule.epochs()
                    + " epochs: leave epochs out", "leave epochs out"));
        }
        long update = TrainingSchedule.effectiveBatch(options);
        for (Phase phase : schedule.phases()) {
            if (update % phase.batch().orElse(1) != 0) {
                throw new PlanException(Failure.at("imgsz=" + given.get(), "batches of " + phase.batch().getAsInt()
                        + " images do not divide the " + update + " images of an update (nbs, or batch x accumulate)",
                        "").withRemedy("give batch sizes that divide " + update));
            }
        }
        String reason = "of imgsz_schedule";
        return options.with(IMGSZ_SCHEDULE, schedule).with(IMGSZ, schedule.phases().getLast().size(), reason)
                .with(EPOCHS, schedule.epochs(), reason);
    }
}
