package io.yolofit.train.inference;

import io.yolofit.data.batch.Batch;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.EpochBatches;
import io.yolofit.data.batch.Sample;
import io.yolofit.data.image.Letterbox;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.graph.op.TargetColumn;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.eval.GroundTruth;
import io.yolofit.train.eval.Matcher;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.program.Detector;
import io.yolofit.train.program.InferenceSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Computes the metrics of a model on a split. Detections are matched in network pixels and not clipped to the image,
/// as in the reference; collected detections are in original pixels and clipped.
public final class Validator {
    private final BatchLoader loader;
    private final int classes;
    private final NmsSettings settings;
    private final boolean asOneClass;

    /// @param loader  loader of validation batches
    /// @param classes number of classes of the model
    public Validator(BatchLoader loader, int classes, NmsSettings settings) {
        this(loader, classes, settings, false);
    }

    private Validator(BatchLoader loader, int classes, NmsSettings settings, boolean asOneClass) {
        this.loader = loader;
        this.classes = classes;
        this.settings = settings;
        this.asOneClass = asOneClass;
    }

    /// The same with all detections as class 0, as the loader's labels must be: suppression is class-agnostic, and only
    /// the positions of objects count.
    public Validator asOneClass() {
        return new Validator(loader, classes, settings.withAgnostic(true), true);
    }

    /// Receives every batch with its detections in network pixels, for progress and drawing.
    @FunctionalInterface
    public interface Observer {
        void batch(Batch batch, List<List<Detection>> detections);

        static Observer none() {
            return (batch, detections) -> {
            };
        }
    }

    /// Validates all batches of the loader.
    public Validation run(Detector session, Observer observer) {
        return run(session, observer, Communicator.alone()).orElseThrow();
    }

    /// Validates the batches of the loader together with the other ranks of a group, which all call this.
    ///
    /// @param observer receives the batches of this rank
    /// @return on rank 0, the result of all batches, with the bits of a validation by one rank; empty on other ranks
    public Optional<Validation> run(Detector session, Observer observer, Communicator group) {
        long start = System.nanoTime();
        ValidationShare share = new ValidationShare(asOneClass ? 1 : classes);
        try (EpochBatches epoch = loader.share(group.rank(), group.ranks())) {
            while (epoch.hasNext()) {
                try (Batch batch = epoch.next()) {
                    InferenceSession.Output output = session.run(batch.pixels(), batch.images(), batch.height(),
                            batch.width(), batch.targets(), batch.offsets());
                    List<List<Detection>> detections = joined(
                            Suppression.of(output, batch.images(), classes, settings));
                    List<List<GroundTruth>> truths = truths(batch);
                    int[] present = IntStream.range(0, batch.images()) // images that could be read
                            .filter(i -> batch.samples().get(i).isPresent()).toArray();
                    share.add(output.items(), IntStream.of(present).parallel()
                            .mapToObj(i -> Matcher.match(detections.get(i), truths.get(i))).toList());
                    for (int i : present) {
                        share.confusion().add(detections.get(i), truths.get(i));
                    }
                    observer.batch(batch, detections);
                }
            }
        }
        return share.merged(group, start);
    }

    private List<List<Detection>> joined(List<List<Detection>> detections) {
        return asOneClass ? detections.stream().map(image -> image.stream()
                .map(one -> new Detection(0, one.score(), one.x1(), one.y1(), one.x2(), one.y2())).toList()).toList()
                : detections;
    }

    private static List<List<GroundTruth>> truths(Batch batch) {
        List<List<GroundTruth>> truths = new ArrayList<>();
        for (int image = 0; image < batch.images(); image++) {
            List<GroundTruth> objects = new ArrayList<>();
            for (int row = batch.offsets()[image]; row < batch.offsets()[image + 1]; row++) {
                float[] targets = batch.targets();
                objects.add(GroundTruth.ofNormalized((int) TargetColumn.CLASS.of(targets, row),
                        TargetColumn.CENTER_X.of(targets, row), TargetColumn.CENTER_Y.of(targets, row),
                        TargetColumn.WIDTH.of(targets, row), TargetColumn.HEIGHT.of(targets, row), batch.width(),
                        batch.height(), 0, 0));
            }
            truths.add(objects);
        }
        return truths;
    }

    /// Collects a split's detections in original pixels.
    public static Observer collecting(Consumer<ImageDetections> consumer) {
        return (batch, detections) -> {
            for (int i = 0; i < batch.images(); i++) {
                Sample sample = batch.samples().get(i);
                if (!sample.isPresent()) {
                    continue;
                }
                Letterbox letterbox = sample.letterbox().orElseThrow();
                consumer.accept(new ImageDetections(sample.path(), sample.originalHeight(), sample.originalWidth(),
                        toOriginal(detections.get(i), letterbox)));
            }
        };
    }

    /// Converts detections from network pixels to pixels of the original image and clips them to it.
    public static List<Detection> toOriginal(List<Detection> detections, Letterbox letterbox) {
        return detections.stream().map(detection -> {
            float[] box = {detection.x1(), detection.y1(), detection.x2(), detection.y2()};
            letterbox.toOriginal(box);
            return new Detection(detection.classId(), detection.score(), box[0], box[1], box[2], box[3]);
        }).toList();
    }
}
