package io.yolofit.api.run;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.FRACTION;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.RECT;

import io.yolofit.base.ByteCount;
import io.yolofit.base.Messages;
import io.yolofit.base.Troubleshooting;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.engine.Engine;
import io.yolofit.engine.GpuEngine;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.search.BudgetSearch;
import io.yolofit.train.plan.search.MemoryBudget;
import io.yolofit.train.plan.search.NothingFitsException;
import io.yolofit.train.plan.search.PlannedRun;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.train.trainer.TrainingSetup;
import io.yolofit.zoo.model.Model;
import java.util.function.Consumer;

/// Scans the images of a run, plans it and reserves its memory. If another process took memory in the meantime, the
/// run is planned once more, with the same images per update.
///
/// @param options of the run, with an image size that is a multiple of the stride
/// @param slot    of the engine's rank
public record Reservation(Engine engine, Options options, ModelChoice choice, Dataset dataset, Slot slot) {
    /// From this many images on, a scan takes noticeable time.
    private static final int MANY_IMAGES = 5000;

    /// The reservation of a run on one device.
    public Reservation(Engine engine, Options options, ModelChoice choice, Dataset dataset) {
        this(engine, options, choice, dataset, Slot.ALONE);
    }

    /// The run with its memory reserved.
    ///
    /// @param chosen receives the run that the planner chose, before its memory is reserved
    /// @throws NothingFitsException if the device has too little memory
    public TrainingSetup reserved(Consumer<PlannedRun> chosen, Messages console) {
        Target target = Targets.of(engine).at(slot);
        requireRoomBeforeScanning(target);
        TrainingImages images = TrainingImages.scan(dataset, options, options.get(IMGSZ), stride(), console::line);
        PlannedRun run = BudgetSearch.choose(options, model(), images.facts(), target);
        chosen.accept(run);
        limit(run);
        try {
            return setup(images, run, target).reserve();
        } catch (OutOfDeviceMemoryException full) {
            return replanned(full, images, run, target, console);
        }
    }

    private TrainingSetup replanned(OutOfDeviceMemoryException full, TrainingImages images, PlannedRun run,
            Target target, Messages console) {
        long held = engine instanceof GpuEngine gpu ? gpu.memory().contextBytes() : 0;
        Target now = target.with(target.memory().remeasured(full.free() + held, held));
        console.warn(full.getMessage() + "; another process took memory after this run was planned, or the libraries "
                + "take more than estimated: planning it once more. " + Troubleshooting.OTHER_PROCESS.line());
        PlannedRun other = BudgetSearch.replan(run.options(), model(), images.facts(), now);
        other.chosen().forEach(choice -> console.line("changed: " + choice));
        console.line("updates are of the same images as before; the run takes " + ByteCount.text(
                other.plan().memory().total()));
        limit(other);
        return setup(images, other, now).reserve();
    }

    /// Makes the engine hold the limit even if its context is larger than planned. Graphs and the communication with
    /// other ranks come later.
    private void limit(PlannedRun run) {
        if (engine instanceof GpuEngine gpu && run.budget().bytes().isPresent()) {
            gpu.limit(run.budget().bytes().getAsLong() - run.plan().memory().graphs()
                    - run.plan().memory().links());
        }
    }

    private TrainingSetup setup(TrainingImages images, PlannedRun run, Target target) {
        return TrainingSetup.of(engine, target, choice,
                images.with(run.options(), run.options().get(IMGSZ), stride()), run.options());
    }

    private Model model() {
        return choice.model();
    }

    private int stride() {
        return choice.model().stride();
    }

    /// Avoids scanning a large dataset for a run that cannot fit whatever its labels are.
    private void requireRoomBeforeScanning(Target target) {
        int files = (int) (dataset.train().images().size() * options.get(FRACTION));
        if (MemoryBudget.of(options, target).bytes().isEmpty() || options.get(RECT)
                || files < Math.max(MANY_IMAGES, 2 * options.get(BATCH))) {
            return; // a scan is fast, or the images may not fill a batch
        }
        BudgetSearch.choose(options, model(), DataFacts.unlabeled(files), target);
    }
}
