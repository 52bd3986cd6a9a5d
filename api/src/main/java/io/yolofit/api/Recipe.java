package io.yolofit.api;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.MEMORY;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.PAGE;
import static io.yolofit.train.options.OptionTable.PATIENCE;
import static io.yolofit.train.options.OptionTable.PRETRAINED;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static io.yolofit.train.options.OptionTable.RESUME;
import static io.yolofit.train.options.OptionTable.SEED;
import static io.yolofit.train.options.OptionTable.TENSORBOARD;
import static io.yolofit.train.options.OptionTable.WORKERS;
import static java.util.Objects.requireNonNull;

import io.yolofit.base.YoloFitException;
import io.yolofit.train.options.CacheChoice;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The options of a training run: immutable, and valid by construction. Names, ranges and defaults are those of the
/// command `train`. The common options have methods; every option is reached by [#with(String, Object)], or typed by
/// [#with(Option, Object)] with a constant of [OptionTable].
///
/// ```java
/// Recipe recipe = Recipe.of("yolov8n", Path.of("cells.yaml")).epochs(50).batch(8).with("mosaic", 0.5);
/// ```
public final class Recipe {
    /// Values by option name, as typed.
    private final Map<String, String> values;
    private final Options options;

    private Recipe(Map<String, String> values) {
        this.values = values;
        options = Failures.translated("", () -> OptionsParser.parse(Mode.TRAIN, values.entrySet().stream()
                .map(value -> value.getKey() + "=" + value.getValue()).toList()));
        if (options.get(RESUME).on()) {
            throw new YoloFitException("the library does not resume runs", options.assignment(RESUME),
                    "use the command `yolofit train resume=`, or the checkpoint as the model of a new run");
        }
    }

    /// A recipe with the default of every other option.
    ///
    /// @param model name (`yolov8n`), architecture (`.yaml`) or weights (`.safetensors`, `.pt`)
    /// @param data  dataset file (`.yaml`)
    public static Recipe of(String model, Path data) {
        requireNonNull(model, "model");
        requireNonNull(data, "data");
        return new Recipe(Map.of(MODEL.name(), model, DATA.name(), data.toString()));
    }

    /// The options of a file, such as the `args.yaml` of a run.
    ///
    /// @throws YoloFitException with all errors of the file
    public static Recipe ofFile(Path file) {
        requireNonNull(file, "file");
        return new Recipe(Map.of(OptionTable.CFG.name(), file.toString()));
    }

    /// This recipe with another value of an option.
    ///
    /// @param option name or alias
    /// @param value  its text is what the command line takes: `0.01`, `true`, `auto:64`, `80%`
    /// @throws YoloFitException if there is no such option, it does not allow the value, or only the command has it
    public Recipe with(String option, Object value) {
        requireNonNull(option, "option");
        requireNonNull(value, "value");
        String name = OptionTable.named(option, Mode.TRAIN).map(Option::name).orElse(option);
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.put(name, String.valueOf(value));
        Recipe recipe = new Recipe(changed);
        recipe.requireEffect(name);
        return recipe;
    }

    /// Refuses what only the command does. In a file of options, such as the `args.yaml` of the command, it is a
    /// warning of the run instead, so that the file repeats the run.
    private void requireEffect(String option) {
        boolean isPage = option.equals(PAGE.name()) && options.get(PAGE).on();
        if (isPage || option.equals(TENSORBOARD.name()) && options.get(TENSORBOARD)) {
            throw new YoloFitException(isPage ? "the library serves no page" : "the library writes no event files",
                    option + "=" + values.get(option), "use the command `yolofit train " + option
                    + "=`, or Training.listen for the events of the run");
        }
    }

    /// This recipe with another value of an option.
    ///
    /// @param option a constant of [OptionTable]
    /// @throws YoloFitException if `train` does not have the option, or it does not allow the value
    public <T> Recipe with(Option<T> option, T value) {
        requireNonNull(option, "option");
        requireNonNull(value, "value");
        return with(option.name(), option.text(value));
    }

    /// Number of training epochs.
    public Recipe epochs(int epochs) {
        return with(EPOCHS, epochs);
    }

    /// Images per step.
    public Recipe batch(int images) {
        return with(BATCH, images);
    }

    /// The batch size of the highest speed within the memory limit.
    public Recipe largestBatch() {
        return with(BATCH.name(), "auto");
    }

    /// Input image size (side of a square), pixels.
    public Recipe imageSize(int pixels) {
        return with(IMGSZ, pixels);
    }

    /// Limit of the memory on the device: `8GB`, `80%`, `free`.
    public Recipe memory(String limit) {
        requireNonNull(limit, "limit");
        return with(MEMORY.name(), limit);
    }

    /// Activation checkpointing: `off`, `default`, `max`, or the share of what `max` saves, 0 to 1.
    public Recipe recompute(String amount) {
        requireNonNull(amount, "amount");
        return with(RECOMPUTE.name(), amount);
    }

    /// A file with initial weights.
    public Recipe pretrained(Path weights) {
        requireNonNull(weights, "weights");
        return with(PRETRAINED.name(), weights);
    }

    /// The optimizer; `AUTO` also sets learning rate and momentum.
    public Recipe optimizer(OptimizerChoice optimizer) {
        requireNonNull(optimizer, "optimizer");
        return with(OPTIMIZER, optimizer);
    }

    /// Initial learning rate; without effect for the optimizer `AUTO`.
    public Recipe learningRate(double rate) {
        return with(LR0, rate);
    }

    /// Epochs without improvement after which the run ends; 0: never.
    public Recipe patience(int epochs) {
        return with(PATIENCE, epochs);
    }

    /// Random seed.
    public Recipe seed(int seed) {
        return with(SEED, seed);
    }

    /// Data loading threads.
    public Recipe workers(int threads) {
        return with(WORKERS, threads);
    }

    /// Where decoded images are cached.
    public Recipe cache(CacheChoice cache) {
        requireNonNull(cache, "cache");
        return with(CACHE, cache);
    }

    /// The folder of the run, `project/name`; a number is appended if it exists.
    public Recipe folder(Path project, String name) {
        requireNonNull(project, "project");
        requireNonNull(name, "name");
        return with(PROJECT.name(), project).with(NAME, name);
    }

    /// The value of an option; empty if it has none.
    public <T> Optional<T> get(Option<T> option) {
        requireNonNull(option, "option");
        return options.find(option);
    }

    /// All options.
    public Options options() {
        return options;
    }

    /// The options that differ from their defaults, as the command line has them.
    public List<String> words() {
        return values.entrySet().stream().map(value -> value.getKey() + "=" + value.getValue()).sorted().toList();
    }

    @Override
    public String toString() {
        return String.join(" ", words());
    }
}
