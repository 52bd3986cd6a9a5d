package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.bytedeco.opencv.opencv_core.Mat;

/// The rows of a packed matrix, which must outlive this object.
final class MatRows implements PixelRows {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment pixels;
    private final int rowBytes;
    private final byte[] bytes;
    private final int[] packed;

    MatRows(Mat mat) {
        this.pixels = Mats.segment(mat);
        this.rowBytes = Mats.CHANNELS * mat.cols();
        this.bytes = new byte[rowBytes + 1]; // the 4-byte load of the last pixel reads one byte more
        this.packed = new int[mat.cols()];
    }

    @Override
    public void read(int y, int rows, PixelBlock block) {
        for (int i = 0; i < rows; i++) {
            MemorySegment.copy(pixels, ValueLayout.JAVA_BYTE, (long) (y + i) * rowBytes, bytes, 0, rowBytes);
            gather(bytes, packed);
            System.arraycopy(packed, 0, block.red(), i * packed.length, packed.length);
        }
        split(block.red(), block.green(), block.blue());
    }

    private static void gather(byte[] bytes, int[] packed) {
        for (int x = 0; x < packed.length; x++) {
            packed[x] = (int) INT.get(bytes, Mats.CHANNELS * x);
        }
    }

    /// Splits packed pixels, stored in `red`, into three planes.
    private static void split(int[] red, int[] green, int[] blue) {
        for (int x = 0; x < red.length; x++) {
            int pixel = red[x];
            red[x] = pixel & 0xff;
            green[x] = pixel >>> 8 & 0xff;
            blue[x] = pixel >>> 16 & 0xff;
        }
    }
}
