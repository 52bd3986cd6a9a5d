package io.yolofit.api.model;

import static io.yolofit.train.options.OptionTable.AGNOSTIC_NMS;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.IOU;
import static io.yolofit.train.options.OptionTable.MAX_DET;
import static io.yolofit.train.options.OptionTable.NMS;

import io.yolofit.base.Failure;
import io.yolofit.base.Messages;
import io.yolofit.base.YoloFitException;
import io.yolofit.data.image.RgbImage;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.inference.ImageDetections;
import io.yolofit.train.inference.Predictor;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.ImageSize;
import io.yolofit.train.program.InputShape;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Detects objects in images with a model.
///
/// @param options of `predict`, completed by what the model's file records
public record ImagePrediction(Options options, InferenceModel model, Messages log) {
    /// Reads the model.
    ///
    /// @param given as the user gave them
    /// @throws YoloFitException if the model does not have a class of `classes`
    public static ImagePrediction of(Options given, Messages log) {
        InferenceInput input = InferenceInput.of(given, log);
        var prediction = new ImagePrediction(input.withSize(log), input.model(), log);
        prediction.requireKnownClasses();
        return prediction;
    }

    private void requireKnownClasses() {
        int classes = model.names().size();
        options.get(CLASSES).stream().filter(number -> number < 0 || number >= classes).findFirst()
                .ifPresent(number -> {
                    throw new YoloFitException(Failure.at(options.assignment(CLASSES), "there is no class " + number
                            + ", the model has " + classes + " (0 to " + (classes - 1) + "): " + model.names(), "")
                            .withRemedy("give numbers from 0 to " + (classes - 1)));
                });
    }

    /// The predictor of a model that was opened with these options; it belongs to the thread that opened the model.
    ///
    /// @param images largest number of images in a batch
    public Predictor predictor(OpenModel open, int images) {
        ImageSize size = options.get(INFERENCE_SIZE);
        // the largest shape: letterboxed images are rectangles within this one
        var largest = new InputShape(images, size.height(), size.width());
        var predictor = new Predictor(open.predicting(largest), size.height(), size.width(), model.stride(),
                model.names().size(), settings());
        return model.hasFixedSize() ? predictor.ofFixedSize() : predictor;
    }

    private NmsSettings settings() {
        return NmsSettings.prediction().withConfidence(options.get(CONF).floatValue())
                .withIou(options.get(IOU).floatValue()).withMaxDetections(options.get(MAX_DET))
                .withAgnostic(options.get(AGNOSTIC_NMS)).withEndToEndSuppressed(options.get(NMS))
                .withClasses(new HashSet<>(options.get(CLASSES)));
    }

    /// Receives the results of the images, in order.
    public interface Results {
        /// Called before every batch; an exception ends the prediction.
        ///
        /// @param done number of images so far, with those that were skipped
        void next(int done);

        /// An image is complete. Its pixels are readable during the call only.
        ///
        /// @param at           its index among all images
        /// @param milliseconds mean of its batch
        void image(int at, RgbImage image, ImageDetections found, double milliseconds) throws IOException;

        /// An image that cannot be read is skipped.
        void skipped(Path path, String reason);
    }

    /// Predicts all images, in batches of `batch`.
    ///
    /// @throws IOException of the results
    public void run(List<Path> images, Results results) throws IOException {
        int size = options.get(BATCH);
        try (OpenModel open = model.open(options, log)) {
            Predictor predictor = predictor(open, Math.min(size, images.size()));
            for (int start = 0; start < images.size(); start += size) {
                results.next(start);
                batch(predictor, images, start, Math.min(start + size, images.size()), results);
            }
        }
    }

    private static void batch(Predictor predictor, List<Path> images, int start, int end, Results results)
            throws IOException {
        List<Predictor.Input> inputs = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        try {
            for (int at = start; at < end; at++) {
                try {
                    inputs.add(new Predictor.Input(images.get(at), read(images.get(at))));
                    positions.add(at);
                } catch (UnreadableImage unreadable) {
                    results.skipped(images.get(at), unreadable.getMessage());
                }
            }
            long begin = System.nanoTime();
            List<ImageDetections> found = predictor.predict(inputs);
            double milliseconds = (System.nanoTime() - begin) / 1e6 / Math.max(1, inputs.size());
            for (int i = 0; i < inputs.size(); i++) {
                results.image(positions.get(i), inputs.get(i).image(), found.get(i), milliseconds);
            }
        } finally {
            inputs.forEach(input -> input.image().close());
        }
    }

    /// Decodes an image.
    ///
    /// @throws UnreadableImage with the reason
    public static RgbImage read(Path path) throws UnreadableImage {
        try {
            return RgbImage.decode(path);
        } catch (NoSuchFileException _) {
            throw new UnreadableImage("the file does not exist");
        } catch (AccessDeniedException _) {
            throw new UnreadableImage("permission denied");
        } catch (ClosedByInterruptException _) {
            throw new UnreadableImage("the thread was interrupted");
        } catch (IOException failure) {
            throw new UnreadableImage(failure.getMessage());
        }
    }

    /// An image that cannot be read; the message is the reason.
    public static final class UnreadableImage extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableImage(String message) {
            super(message);
        }
    }
}
