package io.yolofit.app.training;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CLOSE_MOSAIC;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.MOMENTUM;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.WARMUP_BIAS_LR;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.app.console.Console;
import io.yolofit.base.file.CacheFolder;
import io.yolofit.data.demo.DemoDataset;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `yolofit train` without a model and without data: trains a small model on generated shapes in one or two minutes.
/// All other options apply as given.
///
/// The settings are tuned for few steps: small batches give more updates, and `auto` would halve the learning rate.
public final class Demonstration {
    private static final int TRAIN_IMAGES = 256;
    private static final int VAL_IMAGES = 64;
    private static final int SIDE = 160;
    private static final long SEED = 1;

    private Demonstration() {}

    public static boolean isRequested(Options given) {
        return given.find(MODEL).isEmpty() && given.find(DATA).isEmpty();
    }

    /// The options of the demonstration. Generates its dataset if needed.
    public static Options options(Options given, Console console) throws IOException {
        Path folder = CacheFolder.path().resolve("demo");
        console.line("No model= and no data=: running the demonstration. A small model is trained on generated images "
                + "of circles, squares and triangles.");
        return given.over(Options.defaults(Mode.TRAIN)
                .with(MODEL, "yolov8n").with(DATA, dataset(folder, console).toString()).with(IMGSZ, SIDE)
                .with(EPOCHS, 25).with(BATCH, 8).with(NBS, 8).with(CLOSE_MOSAIC, 10).with(WORKERS, 2)
                .with(OPTIMIZER, OptimizerChoice.ADAMW).with(LR0, 0.003).with(MOMENTUM, 0.9)
                .with(WARMUP_EPOCHS, 1.0).with(WARMUP_BIAS_LR, 0.0));
    }

    /// The YAML is written last: if it exists, the dataset is complete.
    private static Path dataset(Path folder, Console console) throws IOException {
        Path named = folder.resolve("shapes-" + TRAIN_IMAGES + "-" + VAL_IMAGES + "-" + SIDE);
        if (Files.exists(named.resolve("data.yaml"))) {
            console.line("Using the dataset in " + named + ".");
            return named.resolve("data.yaml");
        }
        console.line("Generating " + TRAIN_IMAGES + " training and " + VAL_IMAGES + " validation images in " + named
                + " ...");
        return DemoDataset.create(named, TRAIN_IMAGES, VAL_IMAGES, SIDE, SEED);
    }
}
