package io.yolofit.train.inference;

import io.yolofit.data.image.Letterbox;
import io.yolofit.data.image.RgbImage;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.program.InferenceSession;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/// Detects objects in single images. Each image is letterboxed to the smallest rectangle of whole strides.
public final class Predictor {
    private static final int COLORS = 3;

    private final InferenceSession session;
    private final int imageSize;
    private final int stride;
    private final int classes;
    private final NmsSettings settings;

    /// @param imageSize long side in network pixels, a multiple of the stride
    /// @param classes   number of classes of the model
    public Predictor(InferenceSession session, int imageSize, int stride, int classes, NmsSettings settings) {
        this.session = session;
        this.imageSize = imageSize;
        this.stride = stride;
        this.classes = classes;
        this.settings = settings;
    }

    /// Detections in pixels of the original image.
    public ImageDetections predict(Path path, RgbImage image) {
        Letterbox letterbox = Letterbox.minimal(image.height(), image.width(), imageSize, stride);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pixels = arena.allocate((long) letterbox.height() * letterbox.width() * COLORS);
            letterbox.place(image, pixels);
            InferenceSession.Output output = session.run(pixels, 1, letterbox.height(), letterbox.width());
            List<Detection> detections = Suppression.of(output, 1, classes, settings).getFirst();
            return new ImageDetections(path, image.height(), image.width(), Validator.toOriginal(detections,
                    letterbox));
        }
    }
}
