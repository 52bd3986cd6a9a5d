package io.yolofit.engine.cuda.kernel.tiling;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.graph.DType;
import java.util.stream.Stream;

/// The tiling of an elementwise kernel over its operands: the host side of `elementwise.cuh`.
///
/// Packed operands are treated as one contiguous run of elements and split into rows of a block's width, whatever their
/// channels. Other operands are split into their rows of channels. Accesses are 16 bytes wide if all rows start and end
/// at multiples of 16 bytes, else one element.
///
/// @param width neighboring elements of a thread
/// @param count elements of each operand
/// @param columns elements of a row
/// @param contiguous whether the operands are treated as one contiguous run
public record ElementwiseTiling(int width, long count, long columns, boolean contiguous) {
    /// A block's access is 4 KiB. With up to 46 registers (sm_90), five blocks of a multiprocessor are resident: 40
    /// warps, with 40 KiB of loads in flight for each operand.
    public static final int THREADS = 256;
    public static final int ACCESS_BYTES = DeviceTensor.ACCESS_BYTES;
    private static final int DEPTH = 2; // rows of a thread: two loads of each operand are in flight

    /// @param lanes elements of a vectorized access
    /// @param operands tensors of one shape
    public static ElementwiseTiling of(int lanes, DeviceTensor... operands) {
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

    /// Tiling over rows of channels, even if the operands are packed.
    public static ElementwiseTiling ofChannels(int lanes, DeviceTensor... operands) {
        boolean wide = true;
        for (DeviceTensor operand : operands) {
            wide &= aligned(operand, lanes) && operand.channels() % lanes == 0 && operand.pitch() % lanes == 0;
        }
        return new ElementwiseTiling(wide ? lanes : 1, operands[0].count(), operands[0].channels(), false);
    }

    /// Elements of a 16-byte access.
    public static int lanes(DeviceTensor operand) {
        return ACCESS_BYTES / operand.dtype().bytes();
    }

    public static boolean aligned(DeviceTensor operand, int lanes) {
        return operand.address() % Math.min(ACCESS_BYTES, lanes * operand.dtype().bytes()) == 0;
    }

    /// Elements from the start of one row to the start of the next.
    public long pitch(DeviceTensor operand) {
        return contiguous ? columns : operand.pitch();
    }

    /// The same rows with accesses of one element.
    public ElementwiseTiling narrow() {
        return new ElementwiseTiling(1, count, columns, contiguous);
    }

    public String define() {
        return "WIDTH=" + width;
    }

    /// A kernel over this tiling, without arguments.
    public Launch kernel(KernelContext context, String source, String entry, DType type, String... defines) {
        return over(context.kernel(source, entry, type, defines(width, defines)));
    }

    /// The definitions of `elementwise.cuh`, and further ones.
    public static String[] defines(int width, String... more) {
        return Stream.concat(Stream.of("WIDTH=" + width, "DEPTH=" + DEPTH), Stream.of(more)).toArray(String[]::new);
    }

    /// The number of columns as a kernel argument.
    public int columnCount() {
        return Math.toIntExact(columns);
    }

    /// Sets grid and block for this tiling.
    private Launch over(Launch launch) {
        long pieces = Math.ceilDiv(columns, width);
        long columnBlocks = Math.max(1, Math.ceilDiv(pieces, THREADS));
        int x = (int) Math.max(1, Math.ceilDiv(pieces, columnBlocks));
        int y = Math.max(1, THREADS / x);
        long rows = Math.ceilDiv(count, Math.max(1, columns));
        return launch.block(x, y).grid(Math.max(1, Math.ceilDiv(rows, (long) DEPTH * y)), columnBlocks, 1);
    }
}
