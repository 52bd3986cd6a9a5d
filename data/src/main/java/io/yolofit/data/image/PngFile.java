package io.yolofit.data.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// Parses a PNG's chunks up to IEND: size from IHDR, orientation from eXIf, and the checksums of all chunks that pixels
/// depend on. libpng prints errors and warnings to stderr, without the name of the file; checksums find the former, and
/// color profiles, which cause nearly all of the latter, are removed.
final class PngFile {
    private static final long SIGNATURE_HIGH = 0x89504e47L;
    private static final long SIGNATURE_LOW = 0x0d0a1a0aL;
    private static final int START = 8;
    private static final int FRAME = 12; // length, type and checksum of a chunk

    private final byte[] content;
    private final ByteReader file;

    private PngFile(byte[] content) {
        this.content = content;
        this.file = new ByteReader(content, ByteOrder.BIG_ENDIAN);
    }

    static boolean matches(byte[] content) throws ImageException {
        ByteReader file = new ByteReader(content, ByteOrder.BIG_ENDIAN);
        return content.length >= START && file.unsignedInt(0) == SIGNATURE_HIGH && file.unsignedInt(4) == SIGNATURE_LOW;
    }

    /// Throws [ImageException] if the file is truncated or damaged.
    static CheckedImage check(byte[] content) throws ImageException {
        return new CheckedImage(new PngFile(content).header(), withoutProfile(content));
    }

    private ImageHeader header() throws ImageException {
        long height = 0;
        long width = 0;
        int orientation = 1;
        boolean hasPixels = false;
        for (long at = START; ; ) {
            long length = file.unsignedInt(at);
            String type = type(at);
            if (at + FRAME + length > file.length()) {
                throw new ImageException("the PNG is cut short: chunk %s ends at byte %d, the file at %d".formatted(
                        type, at + FRAME + length, file.length()));
            }
            if (isCritical(type)) {
                requireChecksum(type, (int) at, (int) length);
            }
            switch (type) {
                case "IHDR" -> {
                    width = file.unsignedInt(at + 8);
                    height = file.unsignedInt(at + 12);
                    ImageHeader.requireDecodable(height, width);
                }
                case "eXIf" -> orientation = Exif.orientation(file.bytes(at + 8, (int) length), 0, orientation);
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

    private String type(long chunk) throws ImageException {
        return new String(file.bytes(chunk + 4, 4), StandardCharsets.ISO_8859_1);
    }

    /// Critical chunks have an upper-case first letter.
    private static boolean isCritical(String type) {
        return type.charAt(0) >= 'A' && type.charAt(0) <= 'Z';
    }

    private void requireChecksum(String type, int chunk, int length) throws ImageException {
        CRC32 checksum = new CRC32();
        checksum.update(content, chunk + 4, length + 4);
        if (checksum.getValue() != file.unsignedInt(chunk + 8L + length)) {
            throw new ImageException("the PNG is damaged: chunk %s at byte %d has a wrong checksum".formatted(type,
                    chunk));
        }
    }

    /// The same image without iCCP chunks; the content itself if it has none before its pixels.
    static byte[] withoutProfile(byte[] content) throws ImageException {
        PngFile png = new PngFile(content);
        for (long at = START; at + FRAME <= content.length; at += FRAME + png.file.unsignedInt(at)) {
            String type = png.type(at);
            if (type.equals("iCCP")) {
                ByteArrayOutputStream out = new ByteArrayOutputStream(content.length);
                out.write(content, 0, (int) at);
                int next = (int) Math.min(content.length, at + FRAME + png.file.unsignedInt(at));
                out.write(content, next, content.length - next);
                return out.toByteArray();
            }
            if (type.equals("IDAT")) {
                break;
            }
        }
        return content;
    }
}
