package io.yolofit.engine.cpu.detect;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.Executor;

/// Decodes the logits of a head into predictions: boxes in pixels of the network input, and class probabilities.
///
/// The distance of a side is the expectation of the softmax over its bins (Li et al., 2020). The box is the center of
/// the cell minus or plus the distances, times the stride. Class probabilities are sigmoids.
public final class BoxDecoder {
    private static final int COORDINATES = 4;

    private final int classes;
    private final int regMax;
    private final BoxFormat format;
    private final ImageWorkers workers;
    private final Scratch[] scratch;

    /// @param executor lends `threads - 1` threads during a call; not used when `threads` is 1
    public BoxDecoder(int classes, int regMax, BoxFormat format, Executor executor, int threads) {
        if (classes < 1 || regMax < 1) {
            throw new IllegalArgumentException("a head needs at least 1 class and 1 bin per side, but has "
                    + classes + " classes and regMax " + regMax);
        }
        this.classes = classes;
        this.regMax = regMax;
        this.format = format;
        this.workers = new ImageWorkers(executor, threads);
        this.scratch = new Scratch[threads];
        for (int worker = 0; worker < threads; worker++) {
            scratch[worker] = new Scratch(classes, regMax);
        }
    }

    /// Fills `predictions`, float `[images, anchors, 4 + classes]`, packed; anchors level by level, row by row.
    ///
    /// @throws IllegalArgumentException if a segment's size does not fit; nothing is written then
    public void decode(List<HeadLevel> levels, int images, MemorySegment predictions) {
        Head head = Head.of(levels, images, classes, regMax);
        long expected = (long) images * head.anchors() * (COORDINATES + classes) * Float.BYTES;
        if (predictions.byteSize() != expected) {
            throw new IllegalArgumentException("predictions have " + predictions.byteSize() + " bytes, but F32["
                    + images + "," + head.anchors() + "," + (COORDINATES + classes) + "] takes " + expected);
        }
        workers.run(images, (image, worker) -> decode(head, image, scratch[worker], predictions));
    }

    private void decode(Head head, int image, Scratch own, MemorySegment predictions) {
        long row = (long) image * head.anchors();
        for (HeadLevel level : head.levels()) {
            for (int cell = 0; cell < level.anchors(); cell++, row++) {
                long cellOfBatch = (long) image * level.anchors() + cell;
                own.sides.read(level, cellOfBatch);
                own.sides.box(cell % level.width() + 0.5, cell / level.width() + 0.5, level.stride(), own.box, 0);
                level.type().read(level.cls(), cellOfBatch * classes, own.logits, classes);
                storeBox(own);
                for (int label = 0; label < classes; label++) {
                    own.row[COORDINATES + label] = (float) (1 / (1 + Math.exp(-own.logits[label])));
                }
                LogitType.F32.write(own.row, own.row.length, predictions, row * own.row.length);
            }
        }
    }

    private void storeBox(Scratch own) {
        double left = own.box[0];
        double top = own.box[1];
        double right = own.box[2];
        double bottom = own.box[3];
        switch (format) {
            case CENTER_SIZE -> {
                own.row[0] = (float) ((left + right) / 2);
                own.row[1] = (float) ((top + bottom) / 2);
                own.row[2] = (float) (right - left);
                own.row[3] = (float) (bottom - top);
            }
            case CORNERS -> {
                own.row[0] = (float) left;
                own.row[1] = (float) top;
                own.row[2] = (float) right;
                own.row[3] = (float) bottom;
            }
        }
    }

    /// Buffers of one worker.
    private static final class Scratch {
        private final SideDistances sides;
        private final double[] box = new double[CompleteIou.BOX];
        private final float[] logits;
        private final float[] row;

        Scratch(int classes, int regMax) {
            this.sides = new SideDistances(regMax);
            this.logits = new float[classes];
            this.row = new float[COORDINATES + classes];
        }
    }
}
