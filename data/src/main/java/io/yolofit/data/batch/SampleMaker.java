package io.yolofit.data.batch;

import io.yolofit.base.Failure;
import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.augment.Augmenter;
import io.yolofit.data.augment.LabeledPixels;
import io.yolofit.data.augment.RandomStream;
import io.yolofit.data.augment.SourceImages;
import io.yolofit.data.augment.Target;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.Outcome;
import io.yolofit.data.dataset.Problem;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.geometry.Box;
import io.yolofit.data.image.Letterbox;
import io.yolofit.data.image.Mats;
import io.yolofit.graph.op.TargetColumn;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/// Loads one sample for training or validation. An image that cannot be read is reported once. In training it is
/// replaced by the next readable one by number, on every worker alike; in validation it is left out.
final class SampleMaker {
    private final List<LabeledImage> images;
    private final ImageStore store;
    private final int imageSize;
    private final Consumer<Problem> problems;
    private final Set<Integer> reported = ConcurrentHashMap.newKeySet();

    SampleMaker(List<LabeledImage> images, ImageStore store, int imageSize, Consumer<Problem> problems) {
        this.images = images;
        this.store = store;
        this.imageSize = imageSize;
        this.problems = problems;
    }

    /// A finished sample: its source, and its objects as normalized rows `class, cx, cy, w, h`.
    record Made(Sample sample, float[] targets) {
    }

    private record Loaded(LabeledImage image, Mat pixels) {
        LabeledPixels labeled() {
            return LabeledPixels.of(image, pixels);
        }
    }

    /// Renders an augmented sample into `output`.
    Made train(EpochOrder order, int position, Augmentation augmentation, EpochOrder.Shape shape, Mat output) {
        PositionImages sources = new PositionImages(order, position);
        Augmenter augmenter = new Augmenter(augmentation, shape.height(), shape.width());
        List<Target> objects = augmenter.render(order.random(position), sources, output);
        float[] rows = new float[TargetColumn.COUNT * objects.size()];
        for (int i = 0; i < objects.size(); i++) {
            Target object = objects.get(i);
            fillRow(rows, i, object.category(), object.box(), shape.height(), shape.width());
        }
        return new Made(Sample.of(sources.own, Optional.empty()), rows);
    }

    /// Renders a letterboxed sample into `output`. An image that cannot be read gives a gray sample that is not
    /// present: batches keep their shapes, for which programs and memory are prepared.
    Made validate(EpochOrder order, int position, EpochOrder.Shape shape, Mat output) {
        int index = order.image(position);
        LabeledImage image = images.get(index);
        Letterbox letterbox = Letterbox.forValidation(image.height(), image.width(), imageSize,
                shape.height(), shape.width());
        try (Mat pixels = store.load(index)) {
            letterbox.place(pixels, output);
        } catch (IOException e) {
            report(index, e, Outcome.IMAGE_SKIPPED);
            if (reported.size() == images.size()) {
                throw noneReadable();
            }
            try (Scalar gray = Mats.grayScalar()) {
                output.put(gray);
            }
            return new Made(Sample.absent(image), new float[0]);
        }
        float[] rows = new float[TargetColumn.COUNT * image.labels().size()];
        for (int i = 0; i < image.labels().size(); i++) {
            Label label = image.labels().get(i);
            Box box = Box.ofCenter(label.centerX(), label.centerY(), label.width(), label.height())
                    .scale(letterbox.resizedWidth(), letterbox.resizedHeight())
                    .shift(letterbox.left(), letterbox.top());
            fillRow(rows, i, label.category(), box, shape.height(), shape.width());
        }
        return new Made(Sample.of(image, Optional.of(letterbox)), rows);
    }

    private static void fillRow(float[] rows, int row, int category, Box box, int height, int width) {
        rows[TargetColumn.CLASS.at(row)] = category;
        rows[TargetColumn.CENTER_X.at(row)] = (float) ((box.x1() + box.x2()) / 2 / width);
        rows[TargetColumn.CENTER_Y.at(row)] = (float) ((box.y1() + box.y2()) / 2 / height);
        rows[TargetColumn.WIDTH.at(row)] = (float) (box.width() / width);
        rows[TargetColumn.HEIGHT.at(row)] = (float) (box.height() / height);
    }

    private Loaded load(int wanted) {
        for (int i = 0; i < images.size(); i++) {
            int index = (wanted + i) % images.size();
            try {
                return new Loaded(images.get(index), store.load(index));
            } catch (IOException e) {
                report(index, e, Outcome.IMAGE_REPLACED);
            }
        }
        throw noneReadable();
    }

    private DatasetException noneReadable() {
        return new DatasetException(Failure.naming(images.getFirst().path(),
                "none of the %d images can be read any more, the first is %s; are they still there?".formatted(
                        images.size(), images.getFirst().path()), ""));
    }

    private void report(int index, IOException error, Outcome outcome) {
        if (reported.add(index)) {
            String what = "cannot be read: " + FileFailure.reason(error);
            synchronized (problems) {
                problems.accept(Problem.ofFile(images.get(index).path(), what, outcome));
            }
        }
    }

    /// The images of the sample at one position.
    private final class PositionImages implements SourceImages {
        private final EpochOrder order;
        private final int position;
        private LabeledImage own;

        PositionImages(EpochOrder order, int position) {
            this.order = order;
            this.position = position;
        }

        @Override
        public LabeledPixels own() {
            Loaded loaded = load(order.image(position));
            own = loaded.image;
            return loaded.labeled();
        }

        @Override
        public LabeledPixels partner(RandomStream random) {
            return load(order.partner(position, random)).labeled();
        }
    }
}
