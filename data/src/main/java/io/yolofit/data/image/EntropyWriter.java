package io.yolofit.data.image;

import java.io.ByteArrayOutputStream;

/// Writes a JPEG: raw bytes, and entropy-coded bits with byte stuffing.
final class EntropyWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int current;
    private int filled; // bits in `current`

    void raw(byte[] content, int from, int to) {
        out.write(content, from, to - from);
    }

    void marker(int marker) {
        out.write(0xff);
        out.write(marker);
    }

    /// Appends the low `length` bits of `bits`, highest first.
    void write(int bits, int length) {
        for (int i = length - 1; i >= 0; i--) {
            current = current << 1 | bits >> i & 1;
            if (++filled == Byte.SIZE) {
                out.write(current);
                if (current == 0xff) {
                    out.write(0);
                }
                current = 0;
                filled = 0;
            }
        }
    }

    /// Completes the last byte with one bits, as the format requires.
    void align() {
        while (filled > 0) {
            write(1, 1);
        }
    }

    byte[] content() {
        return out.toByteArray();
    }
}
