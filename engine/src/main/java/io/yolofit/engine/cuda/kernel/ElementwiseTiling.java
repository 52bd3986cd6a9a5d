package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;

/// How an elementwise kernel walks over its operands: the host's side of `elementwise_tiling.cuh`.
///
/// Operands without gaps are one run of elements, cut into rows of a block's width, so that their channels do not
/// matter. Others are walked row by row, 16 bytes at a time if all their rows begin and end at such a boundary.
///
/// @param width neighboring elements of a thread
/// @param count elements of each operand
/// @param columns elements of a row
/// @param whole whether the operands are one run
record ElementwiseTiling(int width, long count, long columns, boolean whole) {
    static final int THREADS = 256;
    static final int ACCESS_BYTES = 16;
    private static final int DEPTH = 2; // as in elementwise_tiling.cuh

    /// @param lanes elements that a thread takes at once if it can
    /// @param operands of one shape
    static ElementwiseTiling of(int lanes, DeviceTensor... operands) {
        for (DeviceTensor operand : operands) {
            if (!operand.packed()) {
                return ofChannels(lanes, operands);
            }
        }
        int width = lanes;
        for (DeviceTensor operand : operands) {
            width = aligned(operand, lanes) ? width : 1;
        }
        return new ElementwiseTiling(width, operands[0].count(), (long) THREADS * width, true);
    }

    /// ElementwiseTiling of channels even if there are no gaps.
    static ElementwiseTiling ofChannels(int lanes, DeviceTensor... operands) {
        boolean wide = true;
        for (DeviceTensor operand : operands) {
            wide &= aligned(operand, lanes) && operand.channels() % lanes == 0 && operand.pitch() % lanes == 0;
        }
        return new ElementwiseTiling(wide ? lanes : 1, operands[0].count(), operands[0].channels(), false);
    }

    /// Elements in 16 bytes.
    static int lanes(DeviceTensor operand) {
        return ACCESS_BYTES / operand.dtype().bytes();
    }

    static boolean aligned(DeviceTensor operand, int lanes) {
        return operand.address() % Math.min(ACCESS_BYTES, lanes * operand.dtype().bytes()) == 0;
    }

    /// Elements from the beginning of a row to that of the next.
    long pitch(DeviceTensor operand) {
        return whole ? columns : operand.pitch();
    }

    /// These rows for a kernel that looks at columns as well: nothing is wider than an element.
    ElementwiseTiling narrow() {
        return new ElementwiseTiling(1, count, columns, whole);
    }

    String define() {
        return "WIDTH=" + width;
    }

    /// The number of columns as a kernel's argument.
    int columnCount() {
        return Math.toIntExact(columns);
    }

    /// Grid and block for these rows.
    Launch over(Launch launch) {
        long pieces = Math.ceilDiv(columns, width);
        long columnBlocks = Math.max(1, Math.ceilDiv(pieces, THREADS));
        int x = (int) Math.max(1, Math.ceilDiv(pieces, columnBlocks));
        int y = Math.max(1, THREADS / x);
        long rows = Math.ceilDiv(count, Math.max(1, columns));
        return launch.block(x, y).grid(Math.max(1, Math.ceilDiv(rows, (long) DEPTH * y)), columnBlocks, 1);
    }
}
