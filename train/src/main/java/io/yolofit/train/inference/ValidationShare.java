package io.yolofit.train.inference;

import io.yolofit.engine.comm.Communicator;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.train.eval.ConfusionMatrix;
import io.yolofit.train.eval.ImageResult;
import io.yolofit.train.eval.Matcher;
import io.yolofit.train.eval.MetricsAccumulator;
import io.yolofit.train.program.LossItems;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The results of the batches that a rank validated, and their merging on rank 0. Batch b belongs to rank
/// `b mod ranks`; results are added up in the order of the batches, so that metrics and mean losses have the bits of a
/// validation by one rank.
final class ValidationShare {
    private final int classes;
    private final List<Part> parts;
    private final ConfusionMatrix confusion;

    /// The results of a batch.
    ///
    /// @param items null if the detector computes none
    private record Part(LossItems items, List<ImageResult> images) {
    }

    ValidationShare(int classes) {
        this(classes, new ArrayList<>());
    }

    private ValidationShare(int classes, List<Part> parts) {
        this.classes = classes;
        this.parts = parts;
        confusion = new ConfusionMatrix(classes);
    }

    ConfusionMatrix confusion() {
        return confusion;
    }

    /// Adds the next batch of this rank.
    void add(LossItems items, List<ImageResult> images) {
        parts.add(new Part(items, images));
    }

    /// The validation of all ranks; empty on ranks other than 0.
    ///
    /// @param start of the validation, as of [System#nanoTime()]
    Optional<Validation> merged(Communicator group, long start) {
        if (group.ranks() == 1) {
            return Optional.of(validation(start));
        }
        List<ValidationShare> shares = group.gather(bytes()).stream().map(this::read).toList();
        if (shares.isEmpty()) {
            return Optional.empty();
        }
        var all = new ValidationShare(classes);
        int batches = shares.stream().mapToInt(share -> share.parts.size()).sum();
        for (int batch = 0; batch < batches; batch++) {
            all.parts.add(shares.get(batch % shares.size()).parts.get(batch / shares.size()));
        }
        shares.forEach(share -> all.confusion.add(share.confusion.counts()));
        return Optional.of(all.validation(start));
    }

    private Validation validation(long start) {
        MetricsAccumulator accumulator = new MetricsAccumulator(classes);
        LossItems items = LossItems.ZERO;
        for (Part part : parts) {
            items = part.items == null ? null : items.plus(part.items);
            part.images.forEach(accumulator::add);
        }
        return new Validation(accumulator.compute(), confusion, items == null ? null
                : items.times(1.0 / parts.size()), (System.nanoTime() - start) / 1e9);
    }

    private byte[] bytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            for (long[] row : confusion.counts()) {
                for (long count : row) {
                    out.writeLong(count);
                }
            }
            out.writeInt(parts.size());
            for (Part part : parts) {
                out.writeBoolean(part.items != null);
                for (LossTerm term : LossTerm.values()) {
                    out.writeDouble(part.items == null ? 0 : part.items.get(term));
                }
                out.writeInt(part.images.size());
                for (ImageResult image : part.images) {
                    write(image, out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a share of a validation cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private static void write(ImageResult image, DataOutputStream out) throws IOException {
        out.writeInt(image.scores().length);
        for (int i = 0; i < image.scores().length; i++) {
            out.writeFloat(image.scores()[i]);
            out.writeInt(image.classes()[i]);
            for (boolean positive : image.truePositives()[i]) {
                out.writeBoolean(positive);
            }
        }
        out.writeInt(image.labelClasses().length);
        for (int label : image.labelClasses()) {
            out.writeInt(label);
        }
    }

    private ValidationShare read(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            long[][] counts = new long[classes + 1][classes + 1];
            for (long[] row : counts) {
                for (int column = 0; column < row.length; column++) {
                    row[column] = in.readLong();
                }
            }
            var share = new ValidationShare(classes);
            share.confusion.add(counts);
            int batches = in.readInt();
            for (int batch = 0; batch < batches; batch++) {
                share.parts.add(part(in));
            }
            return share;
        } catch (IOException e) {
            throw new UncheckedIOException("a share of a validation cannot be read", e);
        }
    }

    private static Part part(DataInputStream in) throws IOException {
        boolean hasItems = in.readBoolean();
        Map<LossTerm, Double> terms = new EnumMap<>(LossTerm.class);
        for (LossTerm term : LossTerm.values()) {
            terms.put(term, in.readDouble());
        }
        List<ImageResult> images = new ArrayList<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            images.add(image(in));
        }
        return new Part(hasItems ? new LossItems(terms) : null, images);
    }

    private static ImageResult image(DataInputStream in) throws IOException {
        int count = in.readInt();
        float[] scores = new float[count];
        int[] classes = new int[count];
        boolean[][] positives = new boolean[count][Matcher.THRESHOLDS];
        for (int i = 0; i < count; i++) {
            scores[i] = in.readFloat();
            classes[i] = in.readInt();
            for (int threshold = 0; threshold < Matcher.THRESHOLDS; threshold++) {
                positives[i][threshold] = in.readBoolean();
            }
        }
        int[] labels = new int[in.readInt()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = in.readInt();
        }
        return new ImageResult(scores, classes, positives, labels);
    }
}
