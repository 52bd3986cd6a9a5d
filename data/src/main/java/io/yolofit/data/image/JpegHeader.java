package io.yolofit.data.image;

import java.io.IOException;

/// Parses a JPEG's segments up to the first scan: size from the frame header, orientation from EXIF; then checks the
/// end marker.
final class JpegHeader {
    private static final int START_OF_IMAGE = 0xffd8;
    private static final int END_OF_IMAGE = 0xffd9;
    private static final int START_OF_SCAN = 0xda;
    private static final int APP1 = 0xe1;
    private static final int BLOCK = 1 << 16;

    private JpegHeader() {
    }

    static boolean matches(FileBytes file) throws IOException {
        return file.length() >= 2 && file.unsignedShort(0) == START_OF_IMAGE;
    }

    static ImageHeader read(FileBytes file) throws IOException {
        int height = 0;
        int width = 0;
        int orientation = 1;
        long at = 2;
        while (true) {
            if (file.unsignedByte(at) != 0xff) {
                throw new ImageException("not a whole JPEG: no marker at byte " + at);
            }
            int marker = file.unsignedByte(at + 1);
            if (marker == 0xff) { // fill byte
                at++;
                continue;
            }
            int length = file.unsignedShort(at + 2);
            if (isFrame(marker)) {
                height = file.unsignedShort(at + 5);
                width = file.unsignedShort(at + 7);
            } else if (marker == APP1) {
                orientation = Exif.jpegOrientation(file.read(at + 4, Math.max(0, length - 2)), orientation);
            } else if (marker == START_OF_SCAN) {
                requireEnd(file, at + 2 + length);
                return ImageHeader.upright(height, width, orientation);
            }
            at += 2 + length;
        }
    }

    /// Frame headers are C0 to CF except C4 (Huffman tables), C8 (reserved) and CC (arithmetic coding).
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    /// The end marker is usually the last two bytes; some cameras and tools append data after it.
    private static void requireEnd(FileBytes file, long scan) throws IOException {
        if (file.length() >= scan + 2 && file.unsignedShort(file.length() - 2) == END_OF_IMAGE) {
            return;
        }
        int previous = 0;
        for (long at = scan; at < file.length(); at += BLOCK) {
            for (byte value : file.read(at, (int) Math.min(BLOCK, file.length() - at))) {
                if ((previous << 8 | value & 0xff) == END_OF_IMAGE) {
                    return;
                }
                previous = value & 0xff;
            }
        }
        throw new ImageException("the JPEG is cut short: it has no end marker (%d bytes)".formatted(file.length()));
    }
}
