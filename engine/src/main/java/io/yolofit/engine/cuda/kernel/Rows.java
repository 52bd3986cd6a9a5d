package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;

/// How an elementwise kernel walks over its operands: the host's side of `rows.cuh`.
///
/// Operands without gaps are one run of elements, cut into rows of a block's width, so that their channels do not
/// matter. Others are walked row by row, 16 bytes at a time if all their rows begin and end at such a boundary.
///
/// @param width neighbouring elements of a thread
/// @param count elements of each operand
/// @param columns elements of a row
/// @param whole whether the operands are one run
record Rows(int width, long count, long columns, boolean whole) {
    static final int THREADS = 256;
    static final int ACCESS_BYTES = 16;
    private static final int DEPTH = 2; // as in rows.cuh

    /// @param lanes elements that a thread takes at once if it can
    /// @param operands of one shape
    static Rows of(int lanes, Operand... operands) {
        for (Operand operand : operands) {
            if (!operand.packed()) {
                return ofChannels(lanes, operands);
            }
        }
        int width = lanes;
        for (Operand operand : operands) {
            width = aligned(operand, lanes) ? width : 1;
        }
        return new Rows(width, operands[0].count(), (long) THREADS * width, true);
    }

    /// Rows of channels even if there are no gaps.
    static Rows ofChannels(int lanes, Operand... operands) {
        boolean wide = true;
        for (Operand operand : operands) {
            wide &= aligned(operand, lanes) && operand.channels() % lanes == 0 && operand.pitch() % lanes == 0;
        }
        return new Rows(wide ? lanes : 1, operands[0].count(), operands[0].channels(), false);
    }

    /// Elements in 16 bytes.
    static int lanes(Operand operand) {
        return ACCESS_BYTES / operand.dtype().bytes();
    }

    static boolean aligned(Operand operand, int lanes) {
        return operand.address() % Math.min(ACCESS_BYTES, lanes * operand.dtype().bytes()) == 0;
    }

    /// Elements from the beginning of a row to that of the next.
    long pitch(Operand operand) {
        return whole ? columns : operand.pitch();
    }

    /// These rows for a kernel that looks at columns as well: nothing is wider than an element.
    Rows narrow() {
        return new Rows(1, count, columns, whole);
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
