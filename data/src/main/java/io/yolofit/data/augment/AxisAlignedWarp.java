package io.yolofit.data.augment;

import io.yolofit.data.geometry.Homography;
import io.yolofit.data.image.Mats;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Zooms and shifts a canvas, bilinear, without turning it: what the recipe's defaults ask for. The pixels are those
/// of OpenCV's `warpAffine`, to the bit: places are rounded to 1/32 of a pixel, and the weights of the four neighbors
/// are whole numbers that add up to 1024.
///
/// Columns lie at the same places in all rows, so that a row is: copied from the patches, interpolated across, and then
/// interpolated with the row below. Only rows and columns that show are ever read. In whole numbers the order of the
/// two interpolations does not change the result.
///
/// Of a long of eight bytes two neighboring pixels are used. Interpolated across, red and blue share an int, sixteen
/// bits each: 255 * 32 takes thirteen.
final class AxisAlignedWarp implements PixelRows {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int PLACE_BITS = 5;
    private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;
    private static final int STEP_BITS = 10; // OpenCV adds up places in 1/1024 of a pixel, then rounds them
    private static final int ROUND_STEP = 1 << STEP_BITS - PLACE_BITS - 1;
    private static final int ROUND_LEVEL = 1 << 2 * PLACE_BITS - 1;
    private static final int NO_ROW = Integer.MIN_VALUE;

    private final PatchCanvas canvas;
    private final int firstColumn;
    private final int endColumn;
    private final int[] offsets; // of each pixel's left neighbor in `bytes`
    private final int[] weights; // of each pixel's right neighbor, of 32
    private final double inverseY;
    private final double shiftY;
    private final byte[] bytes;
    private final long[] neighbors;
    private final PixelBlock line;
    private Across upper;
    private Across lower;

    /// A row of the canvas, interpolated across: levels times 32.
    private static final class Across {
        private final int[] redBlue;
        private final int[] green;
        private int row = NO_ROW;

        Across(int width) {
            redBlue = new int[width];
            green = new int[width];
        }
    }

    /// @param map from the canvas to the output; see [#isUpright(Homography)]
    AxisAlignedWarp(PatchCanvas canvas, Homography map, int width) {
        this.canvas = canvas;
        double determinant = 1 / (map.m00() * map.m11()); // as OpenCV inverts
        double inverseX = map.m11() * determinant;
        double shiftX = -inverseX * map.m02();
        inverseY = map.m00() * determinant;
        shiftY = -inverseY * map.m12();
        offsets = new int[width];
        weights = new int[width];
        for (int x = 0; x < width; x++) {
            long place = steps(shiftX) + steps(inverseX * x) + ROUND_STEP >> STEP_BITS - PLACE_BITS;
            offsets[x] = neighbor(place, canvas.width());
            weights[x] = (int) place & PLACE_MASK;
        }
        firstColumn = offsets[0];
        endColumn = offsets[width - 1] + 2;
        for (int x = 0; x < width; x++) {
            offsets[x] = Mats.CHANNELS * (offsets[x] - firstColumn);
        }
        bytes = new byte[Mats.CHANNELS * (endColumn - firstColumn) + Long.BYTES - 2 * Mats.CHANNELS];
        neighbors = new long[width];
        line = PixelBlock.of(width, 1);
        upper = new Across(width);
        lower = new Across(width);
    }

    static boolean isUpright(Homography map) {
        return map.isAffine() && map.m01() == 0 && map.m10() == 0 && map.m00() > 0 && map.m11() > 0;
    }

    /// Pixels in steps, within the range of an int, as OpenCV does.
    private static long steps(double pixels) {
        return (int) Math.rint(pixels * (1 << STEP_BITS));
    }

    /// The neighbor before a place. Places off the canvas see gray: any two neighbors beside it will do.
    private static int neighbor(long place, int size) {
        return Math.clamp(place >> PLACE_BITS, -2, size);
    }

    @Override
    public void read(int y, int rows, PixelBlock block) {
        for (int i = 0; i < rows; i++) {
            readRow(y + i, block, i * block.width());
        }
    }

    private void readRow(int y, PixelBlock block, int start) {
        long place = steps(inverseY * y + shiftY) + ROUND_STEP >> STEP_BITS - PLACE_BITS;
        int top = neighbor(place, canvas.height());
        if (lower.row == top) {
            Across free = upper;
            upper = lower;
            lower = free;
        }
        readAcross(top, upper);
        readAcross(top + 1, lower);
        int weight = (int) place & PLACE_MASK;
        down(upper.redBlue, lower.redBlue, weight, line.red(), line.blue());
        down(upper.green, lower.green, weight, line.green());
        System.arraycopy(line.red(), 0, block.red(), start, line.width());
        System.arraycopy(line.green(), 0, block.green(), start, line.width());
        System.arraycopy(line.blue(), 0, block.blue(), start, line.width());
    }

    private void readAcross(int y, Across target) {
        if (target.row != y) {
            canvas.copyRow(y, firstColumn, endColumn, bytes);
            gather(bytes, offsets, neighbors);
            across(neighbors, weights, target.redBlue, target.green);
            target.row = y;
        }
    }

    private static void gather(byte[] bytes, int[] offsets, long[] neighbors) {
        for (int x = 0; x < neighbors.length; x++) {
            neighbors[x] = (long) LONG.get(bytes, offsets[x]);
        }
    }

    private static void across(long[] neighbors, int[] weights, int[] redBlue, int[] green) {
        for (int x = 0; x < redBlue.length; x++) {
            int left = (int) neighbors[x];
            int right = (int) (neighbors[x] >>> 24);
            int weight = weights[x];
            int leftRedBlue = left & 0xff00ff;
            redBlue[x] = (leftRedBlue << PLACE_BITS) + weight * ((right & 0xff00ff) - leftRedBlue);
            int leftGreen = left >>> 8 & 0xff;
            green[x] = (leftGreen << PLACE_BITS) + weight * ((right >>> 8 & 0xff) - leftGreen);
        }
    }

    /// Into a row of its own: with another start in each array, the compiler would not make vector instructions.
    private static void down(int[] upper, int[] lower, int weight, int[] red, int[] blue) {
        for (int x = 0; x < red.length; x++) {
            int above = upper[x];
            int below = lower[x];
            int redAbove = above & 0xffff;
            int blueAbove = above >>> 16;
            red[x] = (redAbove << PLACE_BITS) + weight * ((below & 0xffff) - redAbove) + ROUND_LEVEL
                    >> 2 * PLACE_BITS;
            blue[x] = (blueAbove << PLACE_BITS) + weight * ((below >>> 16) - blueAbove) + ROUND_LEVEL
                    >> 2 * PLACE_BITS;
        }
    }

    private static void down(int[] upper, int[] lower, int weight, int[] green) {
        for (int x = 0; x < green.length; x++) {
            int above = upper[x];
            green[x] = (above << PLACE_BITS) + weight * (lower[x] - above) + ROUND_LEVEL >> 2 * PLACE_BITS;
        }
    }
}
