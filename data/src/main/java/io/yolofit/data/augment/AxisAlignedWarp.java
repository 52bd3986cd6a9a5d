package io.yolofit.data.augment;

import io.yolofit.data.geometry.Homography;
import io.yolofit.data.image.Mats;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Zooms and translates a canvas with bilinear interpolation and without rotation: the affine step under the recipe's
/// defaults. Bit-identical to OpenCV's `warpAffine`: source coordinates are rounded to 1/32 of a pixel, and the
/// integer weights of the four neighbors add up to 1024.
///
/// The source columns are the same in every row, so the interpolation is separable: a row is copied from the patches,
/// interpolated horizontally, then interpolated vertically with the next row. Only visible rows and columns are read.
/// In integer arithmetic the order of the two interpolations does not change the result.
///
/// One 8-byte load holds both horizontal neighbors. After horizontal interpolation red and blue share an int, sixteen
/// bits each: 255 * 32 needs thirteen.
final class AxisAlignedWarp implements PixelRows {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int COORDINATE_BITS = 5;
    private static final int COORDINATE_MASK = (1 << COORDINATE_BITS) - 1;
    private static final int STEP_BITS = 10; // OpenCV sums coordinates in 1/1024 of a pixel, then rounds them
    private static final int ROUND_STEP = 1 << STEP_BITS - COORDINATE_BITS - 1;
    private static final int ROUND_LEVEL = 1 << 2 * COORDINATE_BITS - 1;
    private static final int NO_ROW = Integer.MIN_VALUE;

    private final PatchCanvas canvas;
    private final int firstColumn;
    private final int endColumn;
    private final int[] offsets; // byte offset of each pixel's left neighbor in `bytes`
    private final int[] weights; // of each pixel's right neighbor, in 1/32
    private final double inverseY;
    private final double shiftY;
    private final byte[] bytes;
    private final long[] neighbors;
    private final PixelBlock line;
    private Horizontal upper;
    private Horizontal lower;

    /// A row of the canvas after horizontal interpolation: levels times 32.
    private static final class Horizontal {
        private final int[] redBlue;
        private final int[] green;
        private int row = NO_ROW;

        Horizontal(int width) {
            redBlue = new int[width];
            green = new int[width];
        }
    }

    /// @param map from the canvas to the output; see [#isAxisAligned(Homography)]
    AxisAlignedWarp(PatchCanvas canvas, Homography map, int width) {
        this.canvas = canvas;
        double determinant = 1 / (map.m00() * map.m11()); // in the order in which OpenCV inverts
        double inverseX = map.m11() * determinant;
        double shiftX = -inverseX * map.m02();
        inverseY = map.m00() * determinant;
        shiftY = -inverseY * map.m12();
        offsets = new int[width];
        weights = new int[width];
        for (int x = 0; x < width; x++) {
            long coordinate = steps(shiftX) + steps(inverseX * x) + ROUND_STEP >> STEP_BITS - COORDINATE_BITS;
            offsets[x] = neighbor(coordinate, canvas.width());
            weights[x] = (int) coordinate & COORDINATE_MASK;
        }
        firstColumn = offsets[0];
        endColumn = offsets[width - 1] + 2;
        for (int x = 0; x < width; x++) {
            offsets[x] = Mats.CHANNELS * (offsets[x] - firstColumn);
        }
        bytes = new byte[Mats.CHANNELS * (endColumn - firstColumn) + Long.BYTES - 2 * Mats.CHANNELS];
        neighbors = new long[width];
        line = PixelBlock.of(width, 1);
        upper = new Horizontal(width);
        lower = new Horizontal(width);
    }

    static boolean isAxisAligned(Homography map) {
        return map.isAffine() && map.m01() == 0 && map.m10() == 0 && map.m00() > 0 && map.m11() > 0;
    }

    /// Pixels to steps of 1/1024, saturated to an int as in OpenCV.
    private static long steps(double pixels) {
        return (int) Math.rint(pixels * (1 << STEP_BITS));
    }

    /// The pixel left of (or above) a coordinate, clamped: outside the canvas all pixels are gray.
    private static int neighbor(long coordinate, int size) {
        return Math.clamp(coordinate >> COORDINATE_BITS, -2, size);
    }

    @Override
    public void read(int y, int rows, PixelBlock block) {
        for (int i = 0; i < rows; i++) {
            readRow(y + i, block, i * block.width());
        }
    }

    private void readRow(int y, PixelBlock block, int start) {
        long coordinate = steps(inverseY * y + shiftY) + ROUND_STEP >> STEP_BITS - COORDINATE_BITS;
        int top = neighbor(coordinate, canvas.height());
        if (lower.row == top) {
            Horizontal free = upper;
            upper = lower;
            lower = free;
        }
        readHorizontal(top, upper);
        readHorizontal(top + 1, lower);
        int weight = (int) coordinate & COORDINATE_MASK;
        vertical(upper.redBlue, lower.redBlue, weight, line.red(), line.blue());
        vertical(upper.green, lower.green, weight, line.green());
        System.arraycopy(line.red(), 0, block.red(), start, line.width());
        System.arraycopy(line.green(), 0, block.green(), start, line.width());
        System.arraycopy(line.blue(), 0, block.blue(), start, line.width());
    }

    private void readHorizontal(int y, Horizontal target) {
        if (target.row != y) {
            canvas.copyRow(y, firstColumn, endColumn, bytes);
            gather(bytes, offsets, neighbors);
            horizontal(neighbors, weights, target.redBlue, target.green);
            target.row = y;
        }
    }

    private static void gather(byte[] bytes, int[] offsets, long[] neighbors) {
        for (int x = 0; x < neighbors.length; x++) {
            neighbors[x] = (long) LONG.get(bytes, offsets[x]);
        }
    }

    private static void horizontal(long[] neighbors, int[] weights, int[] redBlue, int[] green) {
        for (int x = 0; x < redBlue.length; x++) {
            int left = (int) neighbors[x];
            int right = (int) (neighbors[x] >>> 24);
            int weight = weights[x];
            int leftRedBlue = left & 0xff00ff;
            redBlue[x] = (leftRedBlue << COORDINATE_BITS) + weight * ((right & 0xff00ff) - leftRedBlue);
            int leftGreen = left >>> 8 & 0xff;
            green[x] = (leftGreen << COORDINATE_BITS) + weight * ((right >>> 8 & 0xff) - leftGreen);
        }
    }

    /// Writes to a row buffer of its own: with different start offsets per array the JIT does not vectorize the loop.
    private static void vertical(int[] upper, int[] lower, int weight, int[] red, int[] blue) {
        for (int x = 0; x < red.length; x++) {
            int above = upper[x];
            int below = lower[x];
            int redAbove = above & 0xffff;
            int blueAbove = above >>> 16;
            red[x] = (redAbove << COORDINATE_BITS) + weight * ((below & 0xffff) - redAbove) + ROUND_LEVEL
                    >> 2 * COORDINATE_BITS;
            blue[x] = (blueAbove << COORDINATE_BITS) + weight * ((below >>> 16) - blueAbove) + ROUND_LEVEL
                    >> 2 * COORDINATE_BITS;
        }
    }

    private static void vertical(int[] upper, int[] lower, int weight, int[] green) {
        for (int x = 0; x < green.length; x++) {
            int above = upper[x];
            green[x] = (above << COORDINATE_BITS) + weight * (lower[x] - above) + ROUND_LEVEL >> 2 * COORDINATE_BITS;
        }
    }
}
