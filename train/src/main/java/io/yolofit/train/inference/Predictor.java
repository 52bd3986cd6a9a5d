package io.yolofit.train.inference;

import io.yolofit.data.image.Letterbox;
import io.yolofit.data.image.RgbImage;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.program.Detector;
import io.yolofit.train.program.InferenceSession;
import io.yolofit.train.program.InputShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Detects objects in images. Each image is letterboxed to the smallest rectangle of whole strides; images with the
/// same rectangle share a batch, so the detections of an image do not depend on the others.
public final class Predictor {
    private static final int COLORS = 3;

    private final Detector session;
    private final int height;
    private final int width;
    private final int stride;
    private final int classes;
    private final NmsSettings settings;

    /// @param imageSize long side in network pixels, a multiple of the stride
    /// @param classes   number of classes of the model
    public Predictor(Detector session, int imageSize, int stride, int classes, NmsSettings settings) {
        this(session, imageSize, imageSize, stride, classes, settings);
    }

    /// @param height  largest height in network pixels, a multiple of the stride; width likewise
    /// @param classes number of classes of the model
    public Predictor(Detector session, int height, int width, int stride, int classes, NmsSettings settings) {
        this.session = session;
        this.height = height;
        this.width = width;
        this.stride = stride;
        this.classes = classes;
        this.settings = settings;
    }

    /// A decoded image and its file.
    public record Input(Path path, RgbImage image) {
    }

    private record Placed(int index, Letterbox letterbox) {
    }

    /// Detections in pixels of the original image.
    public ImageDetections predict(Path path, RgbImage image) {
        return predict(List.of(new Input(path, image))).getFirst();
    }

    /// Detections of each image, in pixels of the original images.
    public List<ImageDetections> predict(List<Input> inputs) {
        Map<InputShape, List<Placed>> batches = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            RgbImage image = inputs.get(i).image();
            Letterbox letterbox = Letterbox.minimal(image.height(), image.width(), height, width, stride);
            batches.computeIfAbsent(new InputShape(1, letterbox.height(), letterbox.width()), _ -> new ArrayList<>())
                    .add(new Placed(i, letterbox));
        }
        ImageDetections[] results = new ImageDetections[inputs.size()];
        batches.forEach((shape, batch) -> predict(inputs, shape, batch, results));
        return Arrays.asList(results);
    }

    private void predict(List<Input> inputs, InputShape shape, List<Placed> batch, ImageDetections[] results) {
        long bytes = (long) shape.height() * shape.width() * COLORS;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pixels = arena.allocate(bytes * batch.size());
            for (int i = 0; i < batch.size(); i++) {
                Placed placed = batch.get(i);
                placed.letterbox.place(inputs.get(placed.index).image(), pixels.asSlice(i * bytes, bytes));
            }
            InferenceSession.Output output = session.run(pixels, batch.size(), shape.height(), shape.width());
            List<List<Detection>> found = Suppression.of(output, batch.size(), classes, settings);
            for (int i = 0; i < batch.size(); i++) {
                Placed placed = batch.get(i);
                Input input = inputs.get(placed.index);
                results[placed.index] = new ImageDetections(input.path(), input.image().height(),
                        input.image().width(), Validator.toOriginal(found.get(i), placed.letterbox));
            }
        }
    }
}
