package io.yolofit.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Finds the orientation tag in an EXIF block (a small TIFF directory). Damaged EXIF data is ignored.
final class Exif {
    private static final byte[] PREFIX = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int ORIENTATION_TAG = 0x0112;
    private static final int ENTRY_BYTES = 12;

    private Exif() {
    }

    /// The orientation, 1 to 8, of a JPEG's APP1 segment; `fallback` if it has none or an invalid one.
    static int jpegOrientation(byte[] segment, int fallback) {
        for (int i = 0; i < PREFIX.length; i++) {
            if (segment.length <= i || segment[i] != PREFIX[i]) {
                return fallback;
            }
        }
        return orientation(segment, PREFIX.length, fallback);
    }

    /// The same in a bare TIFF block that starts at `start`.
    static int orientation(byte[] bytes, int start, int fallback) {
        if (bytes.length < start + 8) {
            return fallback;
        }
        ByteBuffer tiff = ByteBuffer.wrap(bytes, start, bytes.length - start).slice();
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long directory = tiff.getInt(4) & 0xffffffffL;
        if (directory + 2 > tiff.capacity()) {
            return fallback;
        }
        int entries = tiff.getShort((int) directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + (long) i * ENTRY_BYTES;
            if (entry + ENTRY_BYTES > tiff.capacity()) {
                return fallback;
            }
            if ((tiff.getShort((int) entry) & 0xffff) == ORIENTATION_TAG) {
                int value = tiff.getShort((int) entry + 8) & 0xffff;
                return value >= 1 && value <= 8 ? value : fallback;
            }
        }
        return fallback;
    }
}
