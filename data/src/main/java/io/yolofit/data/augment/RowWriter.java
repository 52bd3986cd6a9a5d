package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Writes rows of pixels into `[height, width, 3]` bytes, optionally flipped or with red and blue swapped. Every byte
/// is written once and none is read, because the target may be memory that is slow to read.
///
/// @param topToBottom vertical flip: the first row is written last
/// @param leftToRight horizontal flip of each row
/// @param bgr swaps red and blue
record RowWriter(boolean topToBottom, boolean leftToRight, boolean bgr) {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    static final RowWriter PLAIN = new RowWriter(false, false, false);

    /// Writes all rows after color jitter.
    void write(PixelRows rows, HsvJitter.Gains gains, MemorySegment target, int height, int width) {
        PixelBlock block = PixelBlock.of(width, height);
        HsvJitter jitter = new HsvJitter(gains, block.pixels());
        int[] packed = new int[block.pixels()];
        byte[] bytes = new byte[Mats.CHANNELS * width + 1]; // the 4-byte store of the last pixel writes one byte more
        for (int y = 0; y < height; y += block.rows()) {
            int count = Math.min(block.rows(), height - y);
            rows.read(y, count, block);
            jitter.apply(block);
            pack(bgr ? block.blue() : block.red(), block.green(), bgr ? block.red() : block.blue(), packed);
            for (int i = 0; i < count; i++) {
                if (leftToRight) {
                    interleaveMirrored(packed, i * width, width, bytes);
                } else {
                    interleave(packed, i * width, width, bytes);
                }
                int row = topToBottom ? height - 1 - y - i : y + i;
                MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, Mats.bytes(row, width),
                        Mats.CHANNELS * width);
            }
        }
    }

    private static void pack(int[] first, int[] second, int[] third, int[] packed) {
        for (int x = 0; x < packed.length; x++) {
            packed[x] = first[x] | second[x] << 8 | third[x] << 16;
        }
    }

    /// Three bytes per pixel: eight pixels are three 8-byte stores.
    private static void interleave(int[] packed, int start, int width, byte[] bytes) {
        int x = 0;
        for (; x <= width - 8; x += 8) {
            int from = start + x;
            write8(packed[from], packed[from + 1], packed[from + 2], packed[from + 3], packed[from + 4],
                    packed[from + 5], packed[from + 6], packed[from + 7], bytes, Mats.CHANNELS * x);
        }
        for (; x < width; x++) { // the next store overwrites the fourth byte
            INT.set(bytes, Mats.CHANNELS * x, packed[start + x]);
        }
    }

    private static void interleaveMirrored(int[] packed, int start, int width, byte[] bytes) {
        int last = start + width - 1;
        int x = 0;
        for (; x <= width - 8; x += 8) {
            int from = last - x;
            write8(packed[from], packed[from - 1], packed[from - 2], packed[from - 3], packed[from - 4],
                    packed[from - 5], packed[from - 6], packed[from - 7], bytes, Mats.CHANNELS * x);
        }
        for (; x < width; x++) {
            INT.set(bytes, Mats.CHANNELS * x, packed[last - x]);
        }
    }

    private static void write8(long a, long b, long c, long d, long e, long f, long g, long h, byte[] bytes, int at) {
        LONG.set(bytes, at, a | b << 24 | c << 48);
        LONG.set(bytes, at + Long.BYTES, c >>> 16 | d << 8 | e << 32 | f << 56);
        LONG.set(bytes, at + 2 * Long.BYTES, f >>> 8 | g << 16 | h << 40);
    }
}
