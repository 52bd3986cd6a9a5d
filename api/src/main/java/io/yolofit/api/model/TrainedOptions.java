package io.yolofit.api.model;

import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;

import io.yolofit.base.Messages;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.ImageSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The options that a model was trained with, as defaults of `val` and `predict`: image size, dataset, class filter and
/// `single_cls`. A value that the user gave is kept.
public final class TrainedOptions {
    private final Map<String, Object> trained;
    private final List<String> taken = new ArrayList<>();
    private Options options;

    private TrainedOptions(Options options, Map<String, Object> trained) {
        this.options = options;
        this.trained = trained;
    }

    /// The given options with those of the training where none was given, and a line that lists them.
    ///
    /// @param trained plain values by option name, as a model file records them
    public static Options applied(Options given, Map<String, Object> trained, Messages console) {
        var merged = new TrainedOptions(given, trained);
        merged.take(INFERENCE_SIZE, imageSize(trained.get(INFERENCE_SIZE.name())));
        boolean single = Boolean.TRUE.equals(trained.get(SINGLE_CLS.name()));
        if (given.mode() == Mode.VAL) {
            merged.take(DATA, Optional.ofNullable(trained.get(DATA.name())).map(Object::toString));
            merged.take(SINGLE_CLS, single ? Optional.of(true) : Optional.empty());
        }
        boolean selects = CLASSES.modes().contains(given.mode());
        if (selects && (given.mode() == Mode.VAL || !single)) {
            // class numbers of the dataset are not those of a one-class model
            merged.take(CLASSES, classes(trained.get(CLASSES.name())));
        }
        if (!merged.taken.isEmpty()) {
            console.line("as the model was trained: " + String.join(", ", merged.taken));
        }
        return merged.options;
    }

    /// The given options of `info` with the image size of the training, if none was given, and a line that says so.
    public static Options withImageSize(Options given, Map<String, Object> trained, Messages console) {
        var merged = new TrainedOptions(given, trained);
        merged.take(IMGSZ, imageSize(trained.get(IMGSZ.name())).map(ImageSize::height));
        if (!merged.taken.isEmpty()) {
            console.line("shapes and GFLOPs at the size that the model was trained with: "
                    + String.join(", ", merged.taken));
        }
        return merged.options;
    }

    private <T> void take(Option<T> option, Optional<T> value) {
        if (value.isEmpty() || options.isGiven(option) || value.equals(options.find(option))
                || !option.type().allows(value.get())) {
            return;
        }
        options = options.with(option, value.get(), "as the model was trained");
        taken.add(option + "=" + option.text(value.get()));
    }

    /// A side in pixels, or the larger of two.
    private static Optional<ImageSize> imageSize(Object value) {
        return switch (value) {
            case Number number -> Optional.of(ImageSize.square(number.intValue()));
            case List<?> sides -> sides.stream().filter(Number.class::isInstance)
                    .map(side -> ((Number) side).intValue()).max(Integer::compare).map(ImageSize::square);
            case null, default -> Optional.empty();
        };
    }

    private static Optional<List<Integer>> classes(Object value) {
        return switch (value) {
            case Number number -> Optional.of(List.of(number.intValue()));
            case List<?> list when !list.isEmpty() && list.stream().allMatch(Number.class::isInstance) ->
                Optional.of(list.stream().map(number -> ((Number) number).intValue()).toList());
            case null, default -> Optional.empty();
        };
    }
}
