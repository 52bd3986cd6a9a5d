package io.yolofit.api.run;

import static io.yolofit.train.options.OptionTable.DEPTH;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.PRETRAINED;
import static io.yolofit.train.options.OptionTable.SEED;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static io.yolofit.train.options.OptionTable.WIDTH;

import io.yolofit.base.Failure;
import io.yolofit.base.Messages;
import io.yolofit.base.YoloFitException;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.Origin;
import io.yolofit.train.options.Toggle;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The model that a new run trains.
public final class RunModel {
    private static final String RANDOM = ", or pretrained=false to start from random weights";

    private RunModel() {}

    /// The class names of a run on a dataset.
    public static List<String> names(Options options, Dataset dataset) {
        return options.get(SINGLE_CLS) ? List.of("item") : dataset.names();
    }

    /// The model of `model=` with initial weights from its file, from `pretrained=`, or at random.
    ///
    /// @param names class names of the run
    public static ModelChoice of(Options options, List<String> names, Messages log) {
        boolean untrained = options.origin(PRETRAINED) == Origin.COMMAND_LINE && !options.get(PRETRAINED).on();
        return untrained && ModelFile.isWeights(options.get(MODEL))
                ? ModelChoice.untrained(options.get(MODEL), names, options.get(SEED), log::line)
                : ModelChoice.forTraining(options.get(MODEL), options.find(DEPTH), options.find(WIDTH),
                        pretrained(options, log), names, options.get(SEED), log::line);
    }

    /// The file of `pretrained=`. Files of the reference say `true`: it has no effect on a model with weights; for one
    /// without, the reference would download weights.
    private static Optional<String> pretrained(Options options, Messages log) {
        Toggle toggle = options.get(PRETRAINED);
        if (!toggle.on() || toggle.path().isPresent() || ModelFile.isWeights(options.get(MODEL))) {
            return toggle.path();
        }
        String what = "weights are not downloaded; give their file as pretrained= or model=";
        if (options.origin(PRETRAINED) != Origin.FILE) {
            throw new YoloFitException(new Failure("pretrained=true: " + what + RANDOM, "weights are not downloaded",
                    "pretrained=true", "give their file as pretrained= or model=" + RANDOM));
        }
        log.warn("pretrained=true: " + what + "; this run starts from random weights");
        return Optional.empty();
    }

    /// As typed: the first n layers are a number.
    private static String freeze(List<Integer> layers) {
        boolean first = layers.equals(IntStream.range(0, layers.size()).boxed().toList());
        return "freeze=" + (first ? String.valueOf(layers.size()) : FREEZE.text(layers));
    }

    /// Requires that `freeze=` names layers of the model, and leaves one to train.
    public static void requireTrainable(Options options, Model model) {
        int rows = model.architecture().layers().size();
        List<Integer> frozen = options.get(FREEZE);
        frozen.stream().filter(row -> row < 0 || row >= rows).findFirst().ifPresent(row -> {
            throw new YoloFitException(Failure.at(freeze(frozen), "there is no layer " + row + ", " + model.name()
                    + " has layers 0 to " + (rows - 1), "").withRemedy("freeze the first n layers with freeze=n, n at"
                    + " most " + (rows - 1) + ", or list some of them"));
        });
        if (frozen.stream().distinct().count() == rows) {
            throw new YoloFitException("all " + rows + " layers of " + model.name()
                    + " are frozen, so nothing is left to train", freeze(frozen), "freeze fewer");
        }
    }
}
