package io.yolofit.app.evaluation;

import io.yolofit.api.model.ImagePrediction;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.console.Units;
import io.yolofit.data.image.RgbImage;
import io.yolofit.train.inference.ImageDetections;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The results of `predict`: a line per image, entries of the report, and files.
///
/// @param images  number of images
/// @param names   of the classes
/// @param report  appended to
/// @param outputs empty if no files are written
public record PredictionResults(int images, List<String> names, PredictionReport report,
        Optional<PredictionOutputs> outputs, Console log, StopRequest stop) implements ImagePrediction.Results {
    @Override
    public void next(int done) {
        stop.stopIfRequested("stopped after " + done + " of " + images + " images");
    }

    @Override
    public void image(int at, RgbImage image, ImageDetections found, double milliseconds) throws IOException {
        PredictionReport.Image entry = PredictionReport.Image.of(found, names, milliseconds);
        report.images().add(entry);
        log.line("image " + (at + 1) + "/" + images + " " + found.path() + ": " + entry.text() + ", "
                + Units.fixed(entry.milliseconds(), 1) + " ms");
        if (!image.damage().isEmpty()) {
            log.warn(found.path() + ": " + image.damage());
        }
        if (outputs.isPresent()) {
            outputs.get().write(image, found);
        }
    }

    @Override
    public void skipped(Path path, String reason) {
        report.skipped().add(new PredictionReport.Skipped(path.toString(), reason));
        log.warn(path + " is skipped: " + reason);
    }
}
