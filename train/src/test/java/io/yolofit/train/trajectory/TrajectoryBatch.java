package io.yolofit.train.trajectory;

import io.yolofit.train.plan.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The batch of one iteration of a golden trajectory: noise with two rectangles of one color in each image.
///
/// @param pixels  `[images, size, size, 3]`, RGB
/// @param targets rows of class, cx, cy, w, h, grouped by image
/// @param offsets where each image's rows begin, and where the last one's end
record TrajectoryBatch(byte[] pixels, float[] targets, int[] offsets) {
    static final int OBJECTS_PER_IMAGE = 2;
    private static final int PIXEL_SEED = 1000;
    private static final int OBJECT_SEED = 500_000;
    private static final int NOISE_LEVELS = 64;
    private static final int FIRST_LEVEL = 160; // of an object of class 0, in the red channel
    private static final int LEVELS_PER_CLASS = 30;
    private static final int CHANNELS = 3;
    private static final double PLACES = 1e4; // labels have four decimal places

    /// @param images in this batch
    /// @param size   side of an image in pixels
    static TrajectoryBatch of(int iteration, int images, int size, int classes) {
        byte[] pixels = new byte[images * size * size * CHANNELS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.floor((GoldenRule.uniform(i, PIXEL_SEED + iteration) + 0.5) * NOISE_LEVELS);
        }
        List<double[]> rows = new ArrayList<>();
        int[] offsets = new int[images + 1];
        for (int image = 0; image < images; image++) {
            for (int object = 0; object < OBJECTS_PER_IMAGE; object++) {
                double[] row = object(OBJECT_SEED + iteration * 64L + image * 8L + object, classes);
                paint(pixels, image * size * size * CHANNELS, size, row);
                rows.add(row);
            }
            offsets[image + 1] = rows.size();
        }
        float[] targets = new float[rows.size() * 5];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = (float) rows.get(i / 5)[i % 5];
        }
        return new TrajectoryBatch(pixels, targets, offsets);
    }

    /// A rank's images with their objects: slices differ by at most one image, and the first ranks have the larger
    /// ones.
    TrajectoryBatch slice(Slot slot) {
        int images = offsets.length - 1;
        int first = start(images, slot.rank(), slot.ranks());
        int end = start(images, slot.rank() + 1, slot.ranks());
        int bytes = pixels.length / images;
        int row = offsets[first];
        return new TrajectoryBatch(Arrays.copyOfRange(pixels, first * bytes, end * bytes),
                Arrays.copyOfRange(targets, row * 5, offsets[end] * 5),
                Arrays.stream(offsets, first, end + 1).map(offset -> offset - row).toArray());
    }

    private static int start(int images, int rank, int ranks) {
        return rank * (images / ranks) + Math.min(rank, images % ranks);
    }

    /// Class, cx, cy, w, h.
    private static double[] object(long seed, int classes) {
        double[] r = new double[5];
        Arrays.setAll(r, i -> GoldenRule.uniform(i, seed) + 0.5);
        double width = rounded(0.15 + 0.35 * r[3]);
        double height = rounded(0.15 + 0.35 * r[4]);
        return new double[] {Math.floor(classes * r[0]), rounded(width / 2 + (1 - width) * r[1]),
            rounded(height / 2 + (1 - height) * r[2]), width, height};
    }

    private static double rounded(double value) {
        return Math.rint(value * PLACES) / PLACES;
    }

    private static void paint(byte[] pixels, int offset, int size, double[] row) {
        int channel = (int) row[0];
        for (int y = pixel(row[2] - row[4] / 2, size); y < pixel(row[2] + row[4] / 2, size); y++) {
            for (int x = pixel(row[1] - row[3] / 2, size); x < pixel(row[1] + row[3] / 2, size); x++) {
                pixels[offset + (y * size + x) * CHANNELS + channel] =
                        (byte) (FIRST_LEVEL + LEVELS_PER_CLASS * channel);
            }
        }
    }

    private static int pixel(double fraction, int size) {
        return (int) Math.floor(fraction * size);
    }
}
