package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.FRACTION;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.RECT;

import io.yolofit.app.console.Console;
import io.yolofit.app.device.FittingRuns;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.engine.Engine;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.DeviceMemoryReport;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.MemoryNeed;
import io.yolofit.train.program.MemoryTarget;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.train.trainer.TrainingSetup;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

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
            throw tooLarge(full, images, console);
        }
    }

    private int stride() {
        return choice.model().stride();
    }

    /// A lower bound of the memory of a run with other options: its full batches only. Bytes.
    private long bytes(TrainingImages images, Options run) {
        TrainingImages other = images.with(run, run.get(IMGSZ), stride());
        MemoryNeed.Batches all = other.batches();
        var largest = new MemoryNeed.Batches(all.train().subList(0, 1), all.val().subList(0, 1), all.valCapacity());
        return TrainingSetup.need(choice.model(), other, largest, run, TrainingSetup.precision(engine, run),
                MemoryTarget.of(engine)).arenaBytes();
    }

    private CommandException tooLarge(OutOfDeviceMemoryException full, TrainingImages images, Console console) {
        console.warn(full.getMessage() + "; searching for runs that fit ..."); // before the plans, which take seconds
        return new CommandException(FittingRuns.message(full, given, options, stride(), run -> bytes(images, run)),
                full);
    }

    private SplitScan unlabeled(String split, int images) {
        var image = new LabeledImage(Path.of("not scanned"), options.get(IMGSZ), options.get(IMGSZ), List.of());
        return new SplitScan(split, choice.names(), Collections.nCopies(images, image), List.of(), false);
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
        TrainingImages unlabeled = TrainingImages.of(unlabeled("train", files), unlabeled("val", 1), options,
                options.get(IMGSZ), stride());
        DeviceMemoryReport memory = gpu.memory();
        long free = memory.freeAtStart() - memory.contextBytes();
        long bytes = bytes(unlabeled, options);
        if (bytes > free) {
            throw tooLarge(new OutOfDeviceMemoryException(gpu.description(), bytes, free, memory.total(), ""),
                    unlabeled, console);
        }
    }
}
