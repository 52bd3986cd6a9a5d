package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Writes rows of pixels into `[height, width, 3]` bytes, mirrored or with red and blue exchanged if asked. Every byte
/// is written once, and none is read: the target may be memory that is slow to read.
///
/// @param topToBottom mirrors: the first row is written last
/// @param leftToRight mirrors each row
/// @param bgr exchanges red and blue
record RowWriter(boolean topToBottom, boolean leftToRight, boolean bgr) {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    static final RowWriter PLAIN = new RowWriter(false, false, false);

    /// Writes all rows, each after the jitter has changed it.
    void write(PixelRows rows, HsvJitter jitter, MemorySegment target, int height, int width) {
        PixelRow row = PixelRow.ofWidth(width);
        int[] packed = new int[width];
        int rowBytes = Mats.CHANNELS * width;
        byte[] bytes = new byte[rowBytes + 1]; // the last pixel is written with a byte more
        for (int y = 0; y < height; y++) {
            rows.read(y, row);
            jitter.apply(row);
            pack(bgr ? row.blue() : row.red(), row.green(), bgr ? row.red() : row.blue(), packed);
            if (leftToRight) {
                interleaveMirrored(packed, bytes);
            } else {
                interleave(packed, bytes);
            }
            MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE,
                    (long) rowBytes * (topToBottom ? height - 1 - y : y), rowBytes);
        }
    }

    private static void pack(int[] first, int[] second, int[] third, int[] packed) {
        for (int x = 0; x < packed.length; x++) {
            packed[x] = first[x] | second[x] << 8 | third[x] << 16;
        }
    }

    /// Four bytes a pixel, from left to right: the next pixel overwrites the last of them.
    private static void interleave(int[] packed, byte[] bytes) {
        for (int x = 0; x < packed.length; x++) {
            INT.set(bytes, Mats.CHANNELS * x, packed[x]);
        }
    }

    private static void interleaveMirrored(int[] packed, byte[] bytes) {
        for (int x = 0; x < packed.length; x++) {
            INT.set(bytes, Mats.CHANNELS * x, packed[packed.length - 1 - x]);
        }
    }
}
