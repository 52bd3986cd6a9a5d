package io.yolofit.data.image;

import java.nio.ByteOrder;
import java.util.Optional;

/// The size in the header of a BMP, GIF or TIFF, read before the file is decoded. Other formats are too small to exceed
/// the limit of the decoder, or have no binary header.
///
/// @param height pixels, before EXIF orientation
record RasterSize(long height, long width) {
    private static final int WIDTH_TAG = 0x0100;
    private static final int HEIGHT_TAG = 0x0101;
    private static final int SHORT_TYPE = 3;
    private static final int ENTRY_BYTES = 12;
    private static final int OS2_HEADER = 12; // bytes of the oldest BMP header, which has 16-bit sizes

    /// Empty for other formats and for headers that do not make sense, which the decoder reports.
    static Optional<RasterSize> of(byte[] content) {
        try {
            ByteReader little = new ByteReader(content, ByteOrder.LITTLE_ENDIAN);
            return switch (content.length < 4 ? 0 : little.unsignedShort(0)) {
                case 'B' | 'M' << 8 -> Optional.of(bmp(little));
                case 'G' | 'I' << 8 -> Optional.of(new RasterSize(little.unsignedShort(8), little.unsignedShort(6)));
                case 'I' | 'I' << 8 -> tiff(little);
                case 'M' | 'M' << 8 -> tiff(new ByteReader(content, ByteOrder.BIG_ENDIAN));
                default -> Optional.empty();
            };
        } catch (ImageException e) { // shorter than its header: the decoder gives the reason
            return Optional.empty();
        }
    }

    /// The height is negative where rows are stored from top to bottom.
    private static RasterSize bmp(ByteReader file) throws ImageException {
        return file.unsignedInt(14) == OS2_HEADER
                ? new RasterSize(file.unsignedShort(20), file.unsignedShort(18))
                : new RasterSize(Math.abs((int) file.unsignedInt(22)), file.unsignedInt(18));
    }

    private static Optional<RasterSize> tiff(ByteReader file) throws ImageException {
        long directory = file.unsignedInt(4);
        int entries = file.unsignedShort(directory);
        long height = 0;
        long width = 0;
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + (long) i * ENTRY_BYTES;
            int tag = file.unsignedShort(entry);
            long value = file.unsignedShort(entry + 2) == SHORT_TYPE ? file.unsignedShort(entry + 8)
                    : file.unsignedInt(entry + 8);
            if (tag == WIDTH_TAG) {
                width = value;
            } else if (tag == HEIGHT_TAG) {
                height = value;
            }
        }
        return height > 0 && width > 0 ? Optional.of(new RasterSize(height, width)) : Optional.empty();
    }
}
