package io.yolofit.app.evaluation;

import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.SOURCE;

import io.yolofit.api.run.RunFolder;
import io.yolofit.data.dataset.ImageSources;
import io.yolofit.data.dataset.Outcome;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.inference.ImageDetections;
import io.yolofit.train.options.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The JSON report of `yolofit predict json=true`.
///
/// @param imgsz   side of the square input, or a list of height and width
/// @param folder  of annotated images and labels; null if nothing was written
/// @param images  in the order of the source; appended to
/// @param skipped unreadable images; appended to
public record PredictionReport(String model, String source, Object imgsz, String folder, List<Image> images,
        List<Skipped> skipped) {
    /// The report of images that are still to be predicted.
    ///
    /// @param folder empty if nothing is written
    public static PredictionReport of(Options options, ImageSources.Found source, Optional<RunFolder> folder) {
        List<Skipped> skipped = new ArrayList<>();
        source.problems().stream().filter(problem -> problem.outcome() == Outcome.IMAGE_SKIPPED)
                .forEach(problem -> skipped.add(new Skipped(problem.file().toString(), problem.what())));
        return new PredictionReport(options.get(MODEL), options.get(SOURCE),
                INFERENCE_SIZE.type().plain(options.get(INFERENCE_SIZE)),
                folder.map(RunFolder::toString).orElse(null), new ArrayList<>(), skipped);
    }

    /// An image that was not used, and the reason.
    public record Skipped(String file, String reason) {}

    /// A detected object; coordinates in pixels of the image.
    public record Found(int number, String name, double confidence, double x1, double y1, double x2, double y2) {}

    /// The detections of an image, by decreasing confidence.
    public record Image(String file, int width, int height, double milliseconds, List<Found> detections) {
        public static Image of(ImageDetections found, List<String> names, double milliseconds) {
            List<Found> detections = new ArrayList<>();
            for (Detection one : found.detections()) {
                detections.add(new Found(one.classId(), names.get(one.classId()), one.score(), one.x1(), one.y1(),
                        one.x2(), one.y2()));
            }
            return new Image(found.path().toString(), found.width(), found.height(), milliseconds, detections);
        }

        /// `640x480, 12 RBC, 1 WBC`.
        public String text() {
            Map<Integer, List<Found>> byClass = detections.stream()
                    .collect(Collectors.groupingBy(Found::number, TreeMap::new, Collectors.toList()));
            String counts = byClass.values().stream().map(found -> found.size() + " " + found.getFirst().name())
                    .collect(Collectors.joining(", "));
            return width + "x" + height + ", " + (counts.isEmpty() ? "no detections" : counts);
        }
    }
}
