package io.yolofit.app.evaluation;

import static io.yolofit.train.options.OptionTable.LINE_WIDTH;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.SAVE_CONF;
import static io.yolofit.train.options.OptionTable.SAVE_CROP;
import static io.yolofit.train.options.OptionTable.SAVE_TXT;
import static io.yolofit.train.options.OptionTable.SHOW_BOXES;
import static io.yolofit.train.options.OptionTable.SHOW_CONF;
import static io.yolofit.train.options.OptionTable.SHOW_LABELS;

import io.yolofit.api.run.RunFolder;
import io.yolofit.data.draw.Annotator;
import io.yolofit.data.draw.DrawingStyle;
import io.yolofit.data.image.RgbImage;
import io.yolofit.train.inference.ImageDetections;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The files of a prediction; each kind is optional.
///
/// @param folder    of annotated images
/// @param outputs   names of all images
/// @param annotator draws annotated images
/// @param labels    writes label files
/// @param crops     saves detected objects
public record PredictionOutputs(Path folder, OutputNames outputs, Optional<Annotator> annotator,
        Optional<LabelFiles> labels, Optional<CropFiles> crops) {

    /// The files that the options ask for.
    ///
    /// @param names   of the classes
    /// @param outputs names of all images
    public static PredictionOutputs of(Options options, RunFolder folder, List<String> names, OutputNames outputs) {
        var style = new DrawingStyle(options.find(LINE_WIDTH).map(OptionalInt::of).orElse(OptionalInt.empty()),
                options.get(SHOW_LABELS), options.get(SHOW_CONF), options.get(SHOW_BOXES));
        return new PredictionOutputs(folder.path(), outputs,
                on(options, SAVE).map(_ -> new Annotator(names, style)),
                on(options, SAVE_TXT).map(_ -> new LabelFiles(folder.file("labels"), options.get(SAVE_CONF), outputs)),
                on(options, SAVE_CROP).map(_ -> new CropFiles(folder.file("crops"), names, outputs)));
    }

    /// Empty if the option is off.
    private static Optional<Boolean> on(Options options, Option<Boolean> option) {
        return options.find(option).filter(on -> on);
    }

    public void write(RgbImage image, ImageDetections found) throws IOException {
        labels.ifPresent(files -> files.accept(found));
        if (crops.isPresent()) {
            crops.get().save(image, found);
        }
        if (annotator.isPresent()) {
            annotator.get().save(image, Overlays.of(found.detections()),
                    folder.resolve(outputs.of(found.path()) + ".jpg"));
        }
    }
}
