package io.yolofit.data.demo;

import io.yolofit.data.augment.RandomStream;
import io.yolofit.data.geometry.Box;
import io.yolofit.data.image.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/// Renders a small dataset of circles, squares and triangles; the same arguments give the same files.
///
/// Sizes span a factor of four, colors and backgrounds are random, objects overlap and are cut by the border, and noise
/// is added: a small detector learns it in a minute or two, and an untrained one finds nothing.
public final class DemoDataset {
    private static final int SMALLEST_SIZE = 64;

    private DemoDataset() {
    }

    /// Writes `images/{train,val}`, `labels/{train,val}` and `data.yaml` into the folder, which is created; returns the
    /// path of the YAML. Images alternate between JPEG and PNG.
    ///
    /// @param size side of the square images in pixels, at least 64
    public static Path create(Path folder, int train, int val, int size, long seed) throws IOException {
        if (train < 1 || val < 1 || size < SMALLEST_SIZE) {
            throw new IllegalArgumentException("train=%d, val=%d and size=%d must be at least 1, 1 and %d".formatted(
                    train, val, size, SMALLEST_SIZE));
        }
        writeSplit(folder, "train", train, size, RandomStream.of(seed, 0).next());
        writeSplit(folder, "val", val, size, RandomStream.of(seed, 1).next());
        Path yaml = folder.resolve("data.yaml");
        Files.writeString(yaml, """
                # Generated shapes: %d training images, %d validation images, %d x %d pixels, seed %d.
                path: .
                train: images/train
                val: images/val
                names:
                  0: circle
                  1: square
                  2: triangle
                """.formatted(train, val, size, size, seed));
        return yaml;
    }

    private static void writeSplit(Path folder, String split, int count, int size, long seed) throws IOException {
        Path images = Files.createDirectories(folder.resolve("images").resolve(split));
        Path labels = Files.createDirectories(folder.resolve("labels").resolve(split));
        for (int i = 0; i < count; i++) {
            String name = String.format(Locale.ROOT, "shapes_%05d", i);
            String extension = i % 2 == 0 ? ".jpg" : ".png";
            try (DemoImage image = new DemoImage(size, RandomStream.of(seed, i))) {
                Files.write(images.resolve(name + extension), encode(image.pixels(), extension));
                Files.writeString(labels.resolve(name + ".txt"),
                        image.items().stream().map(item -> row(item, size)).collect(Collectors.joining()));
            }
        }
    }

    private static String row(DemoImage.Item item, int size) {
        Box box = item.box().scale(1.0 / size, 1.0 / size);
        return String.format(Locale.ROOT, "%d %.6f %.6f %.6f %.6f\n", item.shape().ordinal(),
                (box.x1() + box.x2()) / 2, (box.y1() + box.y2()) / 2, box.width(), box.height());
    }

    private static byte[] encode(Mat rgb, String extension) throws ImageException {
        try (Mat bgr = new Mat(); BytePointer encoded = new BytePointer()) {
            opencv_imgproc.cvtColor(rgb, bgr, opencv_imgproc.COLOR_RGB2BGR);
            if (!opencv_imgcodecs.imencode(extension, bgr, encoded)) {
                throw new ImageException("OpenCV cannot encode an image as " + extension);
            }
            byte[] bytes = new byte[(int) encoded.limit()];
            encoded.get(bytes);
            return bytes;
        }
    }
}
