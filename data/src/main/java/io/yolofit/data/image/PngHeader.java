package io.yolofit.data.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Parses a PNG's chunks up to IEND: size from IHDR, orientation from eXIf.
final class PngHeader {
    private static final long SIGNATURE_HIGH = 0x89504e47L;
    private static final long SIGNATURE_LOW = 0x0d0a1a0aL;
    private static final int FRAME = 12; // length, type and checksum of a chunk

    private PngHeader() {
    }

    static boolean matches(FileBytes file) throws IOException {
        return file.length() >= 8 && file.unsignedInt(0) == SIGNATURE_HIGH && file.unsignedInt(4) == SIGNATURE_LOW;
    }

    static ImageHeader read(FileBytes file) throws IOException {
        long height = 0;
        long width = 0;
        int orientation = 1;
        boolean hasPixels = false;
        for (long at = 8;; ) {
            long length = file.unsignedInt(at);
            String type = new String(file.read(at + 4, 4), StandardCharsets.ISO_8859_1);
            if (at + FRAME + length > file.length()) {
                throw new ImageException("the PNG is cut short: chunk %s ends at byte %d, the file at %d".formatted(
                        type, at + FRAME + length, file.length()));
            }
            switch (type) {
                case "IHDR" -> {
                    width = file.unsignedInt(at + 8);
                    height = file.unsignedInt(at + 12);
                }
                case "eXIf" -> orientation = Exif.orientation(file.read(at + 8, (int) length), 0, orientation);
                case "IDAT" -> hasPixels = true;
                case "IEND" -> {
                    if (!hasPixels) {
                        throw new ImageException("the PNG has no pixels");
                    }
                    return ImageHeader.upright((int) height, (int) width, orientation);
                }
                default -> { } // palettes, text and other ancillary chunks
            }
            at += FRAME + length;
        }
    }
}
