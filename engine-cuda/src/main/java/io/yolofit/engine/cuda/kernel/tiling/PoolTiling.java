package io.yolofit.engine.cuda.kernel.tiling;

import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.graph.op.MaxPool;

/// The tiling of the max pool gradient. A block gathers the gradient of a tile of x and keeps the argmax of all windows
/// that overlap the tile in shared memory. A tile of a whole image, such as SPPF's 20x20, has no halo.
///
/// @param height pixels of a tile
/// @param width pixels of a tile
/// @param down tiles of an image along the height
/// @param across tiles of an image along the width
/// @param pieces threads of a block along the channels
/// @param sharedBytes shared memory of a block, for the argmax
public record PoolTiling(int height, int width, int down, int across, int pieces, int sharedBytes) {
    private static final int LONGEST_SIDE = 20; // pixels
    private static final int MOST_PIECES = 8; // a cache line of 128 bytes
    private static final int FEWEST_PIECES = 2; // a sector of 32 bytes
    /// Three blocks for each multiprocessor of an H100 or H200. Smaller grids get narrower blocks.
    private static final int FEWEST_BLOCKS = 3 * ReductionTiling.MULTIPROCESSORS;
    private static final int SHARED_BYTES = 48 * 1024; // the static limit of every device
    private static final int POSITIONS_OF_BYTE = 256;

    /// @param lanes elements of a thread's access
    public static PoolTiling of(MaxPool op, DeviceTensor x, DeviceTensor dy, int lanes) {
        int positionBytes = op.kernel() * op.kernel() <= POSITIONS_OF_BYTE ? 1 : 2;
        for (int side = LONGEST_SIDE; side > 0; side /= 2) {
            int down = Math.toIntExact(Math.ceilDiv(x.dim(1), side));
            int across = Math.toIntExact(Math.ceilDiv(x.dim(2), side));
            for (int pieces = pieces(x, lanes, x.dim(0) * down * across); pieces > 0; pieces /= 2) {
                int height = Math.toIntExact(Math.ceilDiv(x.dim(1), down));
                int width = Math.toIntExact(Math.ceilDiv(x.dim(2), across));
                long bytes = windows(op, height, dy.dim(1)) * windows(op, width, dy.dim(2)) * pieces * lanes
                        * positionBytes;
                if (bytes <= SHARED_BYTES) {
                    return new PoolTiling(height, width, down, across, pieces, (int) bytes);
                }
            }
        }
        throw new IllegalArgumentException("a max pool with a window of " + op.kernel() + "x" + op.kernel()
                + " and stride " + op.stride() + " is too large for this kernel: use smaller windows or device=cpu");
    }

    private static int pieces(DeviceTensor x, int lanes, long tiles) {
        long all = Math.ceilDiv(x.channels(), lanes);
        if (lanes == 1) {
            return (int) Math.min(ElementwiseTiling.THREADS / 8, all);
        }
        int pieces = MOST_PIECES;
        while (pieces > FEWEST_PIECES && tiles * Math.ceilDiv(all, pieces) < FEWEST_BLOCKS) {
            pieces /= 2;
        }
        return (int) Math.min(pieces, all);
    }

    /// Most windows along one axis that overlap a tile of this many pixels.
    private static long windows(MaxPool op, int pixels, long all) {
        return Math.min(all, (pixels + op.kernel() - 2) / op.stride() + 1);
    }
}
