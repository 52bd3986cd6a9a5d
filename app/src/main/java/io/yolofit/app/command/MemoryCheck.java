package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.FRACTION;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.RECT;

import io.yolofit.app.console.Console;
import io.yolofit.app.device.FittingRuns;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.engine.Engine;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.DeviceMemoryReport;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.train.trainer.TrainingSetup;

/// Scans the images of a run, plans it and reserves its memory, or suggests runs that fit.
///
/// @param given   as typed, for the suggested commands
/// @param options of the run, with `imgsz` a multiple of the stride
record MemoryCheck(Engine engine, Options given, Options options, ModelChoice choice, Dataset dataset) {
    /// From this many images on, a scan takes noticeable time.
    private static final int MANY_IMAGES = 5000;

    /// The run with its memory reserved.
    ///
    /// @throws CommandException if the device has too little memory
    TrainingSetup reserved(Console console) {
        requireRoomBeforeScanning(console);
        TrainingImages images = TrainingImages.scan(dataset, options, options.get(IMGSZ), stride(), console::line);
        TrainingSetup setup = TrainingSetup.of(engine, choice, images, options);
        try {
            return setup.reserve();
        } catch (OutOfDeviceMemoryException full) {
            throw tooLarge(full, images.facts(), console);
        }
    }

    private int stride() {
        return choice.model().stride();
    }

    /// A lower bound of the memory of a run with other options: its full batches only. Bytes.
    private long bytes(DataFacts data, Options run) {
        Target target = Target.of(engine);
        return RunPlan.of(RunSpec.of(run, choice.model(), data, target).largestBatches(), target).arenaBytes();
    }

    private CommandException tooLarge(OutOfDeviceMemoryException full, DataFacts data, Console console) {
        console.warn(full.getMessage() + "; searching for runs that fit ..."); // before the plans, which take seconds
        return new CommandException(FittingRuns.message(full, given, options, stride(), run -> bytes(data, run)),
                full);
    }

    /// Avoids scanning a large dataset for a run that cannot fit whatever its labels are.
    private void requireRoomBeforeScanning(Console console) {
        if (!(engine instanceof CudaEngine gpu) || options.get(RECT)) {
            return;
        }
        int files = (int) (dataset.train().images().size() * options.get(FRACTION));
        if (files < Math.max(MANY_IMAGES, 2 * options.get(BATCH))) {
            return; // a scan is fast, or the images may not fill a batch
        }
        DataFacts unlabeled = DataFacts.unlabeled(files);
        DeviceMemoryReport memory = gpu.memory();
        long free = memory.freeAtStart() - memory.contextBytes();
        long bytes = bytes(unlabeled, options);
        if (bytes > free) {
            throw tooLarge(new OutOfDeviceMemoryException(gpu.description(), bytes, free, memory.total(), ""),
                    unlabeled, console);
        }
    }
}
