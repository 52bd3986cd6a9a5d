package io.yolofit.engine.cpu.detect;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Fixture: a head with random logits (strides 8, 16, 32; heap memory) and its targets.
///
/// Most predicted boxes are near an object, so that metrics are large and claims conflict.
record RandomHead(int width, int height, int classes, int regMax, float[][] box, float[][] cls, Targets targets) {
    static final int[] STRIDES = {8, 16, 32};

    static RandomHead random(SplittableRandom random, int width, int height, int classes, int regMax, Targets targets) {
        float[][] box = new float[STRIDES.length][];
        float[][] cls = new float[STRIDES.length][];
        for (int i = 0; i < STRIDES.length; i++) {
            int stride = STRIDES[i];
            int cells = height / stride * (width / stride);
            box[i] = new float[targets.images() * cells * 4 * regMax];
            cls[i] = new float[targets.images() * cells * classes];
            for (int image = 0; image < targets.images(); image++) {
                for (int cell = 0; cell < cells; cell++) {
                    float x = (cell % (width / stride) + .5f) * stride;
                    float y = (cell / (width / stride) + .5f) * stride;
                    float[] sides = sidesOfAnObject(random, targets, image, x / width, y / height, width, height);
                    for (int side = 0; side < 4; side++) {
                        double peak = sides[side] / stride + random.nextDouble(-1, 1);
                        int at = ((image * cells + cell) * 4 + side) * regMax;
                        fillSide(random, box[i], at, regMax, peak);
                    }
                }
            }
            for (int j = 0; j < cls[i].length; j++) {
                cls[i][j] = (float) random.nextDouble(-5, 3);
            }
        }
        return new RandomHead(width, height, classes, regMax, box, cls, targets);
    }

    private static float[] sidesOfAnObject(SplittableRandom random, Targets targets, int image, float x, float y,
                                           int width, int height) {
        int count = targets.objects(image);
        if (count == 0 || random.nextInt(10) == 0) {
            return new float[] {20, 20, 20, 20};
        }
        int row = 0;
        for (int attempt = 0; attempt < 20; attempt++) { // prefer an object around the anchor
            row = (targets.offsets()[image] + random.nextInt(count)) * Targets.ROW;
            if (Math.abs(targets.rows()[row + 1] - x) < targets.rows()[row + 3] / 2
                    && Math.abs(targets.rows()[row + 2] - y) < targets.rows()[row + 4] / 2) {
                break;
            }
        }
        float[] rows = targets.rows();
        float left = (x - rows[row + 1] + rows[row + 3] / 2) * width;
        float top = (y - rows[row + 2] + rows[row + 4] / 2) * height;
        return new float[] {left, top, rows[row + 3] * width - left, rows[row + 4] * height - top};
    }

    private static void fillSide(SplittableRandom random, float[] box, int at, int regMax, double peak) {
        for (int bin = 0; bin < regMax; bin++) {
            box[at + bin] = regMax == 1 ? (float) peak
                    : (float) (random.nextDouble(-1, 1) + 4 - (bin - peak) * (bin - peak) / 2);
        }
    }

    /// Random targets: `counts[i]` objects in image i, sides uniform between the fractions `smallest` and `largest`.
    static Targets targets(SplittableRandom random, int classes, double smallest, double largest, int... counts) {
        int[] offsets = new int[counts.length + 1];
        for (int i = 0; i < counts.length; i++) {
            offsets[i + 1] = offsets[i] + counts[i];
        }
        float[] rows = new float[offsets[counts.length] * Targets.ROW];
        for (int row = 0; row < rows.length; row += Targets.ROW) {
            rows[row] = random.nextInt(classes);
            rows[row + 1] = (float) random.nextDouble();
            rows[row + 2] = (float) random.nextDouble();
            rows[row + 3] = (float) random.nextDouble(smallest, largest);
            rows[row + 4] = (float) random.nextDouble(smallest, largest);
        }
        return new Targets(rows, offsets);
    }

    static Targets targets(float[]... objectsOfOneImage) {
        float[] rows = new float[objectsOfOneImage.length * Targets.ROW];
        for (int i = 0; i < objectsOfOneImage.length; i++) {
            System.arraycopy(objectsOfOneImage[i], 0, rows, i * Targets.ROW, Targets.ROW);
        }
        return new Targets(rows, new int[] {0, objectsOfOneImage.length});
    }

    int images() {
        return targets.images();
    }

    LossSettings settings() {
        return LossSettings.of(classes).withRegMax(regMax);
    }

    /// Levels in fp32 with separate gradient segments, which are filled with a wrong value.
    List<HeadLevel> levels() {
        return levels(LogitType.F32, false);
    }

    List<HeadLevel> levels(LogitType type, boolean inPlace) {
        List<HeadLevel> levels = new ArrayList<>();
        for (int i = 0; i < STRIDES.length; i++) {
            MemorySegment boxes = segment(type, box[i]);
            MemorySegment scores = segment(type, cls[i]);
            levels.add(new HeadLevel(type, STRIDES[i], height / STRIDES[i], width / STRIDES[i], boxes, scores,
                    inPlace ? boxes : wrong(type, box[i].length), inPlace ? scores : wrong(type, cls[i].length)));
        }
        return levels;
    }

    private static MemorySegment segment(LogitType type, float[] values) {
        MemorySegment segment = MemorySegment.ofArray(new byte[values.length * type.bytes()]);
        type.write(values, values.length, segment, 0);
        return segment;
    }

    private static MemorySegment wrong(LogitType type, int count) {
        float[] values = new float[count];
        Arrays.fill(values, 12345f);
        return segment(type, values);
    }

    static float[] floats(LogitType type, MemorySegment segment) {
        float[] values = new float[(int) (segment.byteSize() / type.bytes())];
        type.read(segment, 0, values, values.length);
        return values;
    }

    /// This case with its logits rounded to bf16.
    RandomHead rounded() {
        return new RandomHead(width, height, classes, regMax, rounded(box), rounded(cls), targets);
    }

    private static float[][] rounded(float[][] values) {
        float[][] copy = new float[values.length][];
        for (int i = 0; i < values.length; i++) {
            copy[i] = new float[values[i].length];
            for (int j = 0; j < copy[i].length; j++) {
                copy[i][j] = LogitType.widen(LogitType.round(values[i][j]));
            }
        }
        return copy;
    }
}
