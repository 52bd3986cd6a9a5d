package io.yolofit.engine.cuda.kernel;

import io.yolofit.graph.op.MaxPool;

/// How the gradient of a pool cuts its images. A block gathers the gradient of a tile of x and keeps the winners of all
/// windows that touch the tile in shared memory: a tile as large as an image of SPPF, 20x20, has no seams.
///
/// @param height pixels of a tile
/// @param width pixels of a tile
/// @param down tiles of an image, one below the other
/// @param across tiles of an image, side by side
/// @param pieces threads side by side, along the channels
/// @param sharedBytes for the winners
record PoolTiling(int height, int width, int down, int across, int pieces, int sharedBytes) {
    private static final int LONGEST_SIDE = 20; // pixels
    private static final int MOST_PIECES = 2; // 32 bytes of a row: more of them would leave multiprocessors idle
    private static final int SHARED_BYTES = 48 * 1024; // what every device grants without being asked
    private static final int POSITIONS_OF_BYTE = 256;

    /// @param lanes elements of a thread
    static PoolTiling of(MaxPool op, DeviceTensor x, DeviceTensor dy, int lanes) {
        int positionBytes = op.kernel() * op.kernel() <= POSITIONS_OF_BYTE ? 1 : 2;
        for (int side = LONGEST_SIDE; side > 0; side /= 2) {
            for (int pieces = pieces(x, lanes); pieces > 0; pieces /= 2) {
                int down = Math.toIntExact(Math.ceilDiv(x.dim(1), side));
                int across = Math.toIntExact(Math.ceilDiv(x.dim(2), side));
                int height = Math.toIntExact(Math.ceilDiv(x.dim(1), down));
                int width = Math.toIntExact(Math.ceilDiv(x.dim(2), across));
                long bytes = windows(op, height, dy.dim(1)) * windows(op, width, dy.dim(2)) * pieces * lanes
                        * positionBytes;
                if (bytes <= SHARED_BYTES) {
                    return new PoolTiling(height, width, down, across, pieces, (int) bytes);
                }
            }
        }
        throw new IllegalArgumentException("a pool's window of " + op.kernel() + "x" + op.kernel() + " with stride "
                + op.stride() + " is too large for this kernel: every pixel is in too many windows; use smaller ones");
    }

    private static int pieces(DeviceTensor x, int lanes) {
        long pieces = Math.ceilDiv(x.channels(), lanes);
        int most = lanes > 1 ? MOST_PIECES : ElementwiseTiling.THREADS / 8;
        return (int) Math.min(most, pieces);
    }

    /// The most windows along one axis that touch so many pixels.
    private static long windows(MaxPool op, int pixels, long all) {
        return Math.min(all, (pixels + op.kernel() - 2) / op.stride() + 1);
    }
}
