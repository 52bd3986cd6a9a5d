package io.yolofit.data.image;

/// The frame header of a JPEG: size and components (ITU-T T.81, B.2.2).
///
/// @param marker the kind of coding, C0 to CF
/// @param bits bits per sample
record JpegFrame(int marker, int bits, int height, int width, int[] ids, int[] horizontal, int[] vertical) {
    private static final int BLOCK = 8; // pixels per side

    /// @param at offset of the marker
    static JpegFrame read(ByteReader file, long at, int marker) throws ImageException {
        int components = file.unsignedByte(at + 9);
        if (components == 0) {
            throw new ImageException("not a whole JPEG: no color components");
        }
        int[] ids = new int[components];
        int[] horizontal = new int[components];
        int[] vertical = new int[components];
        for (int i = 0; i < components; i++) {
            ids[i] = file.unsignedByte(at + 10 + 3L * i);
            int sampling = file.unsignedByte(at + 11 + 3L * i);
            horizontal[i] = Math.max(1, sampling >> 4);
            vertical[i] = Math.max(1, sampling & 15);
        }
        return new JpegFrame(marker, file.unsignedByte(at + 4), file.unsignedShort(at + 5), file.unsignedShort(at + 7),
                ids, horizontal, vertical);
    }

    /// Whether scans are Huffman-coded and sequential, which [JpegScan] decodes.
    boolean isSequential() {
        return (marker == 0xc0 || marker == 0xc1) && bits == Byte.SIZE;
    }

    boolean isProgressive() {
        return marker == 0xc2 || marker == 0xca;
    }

    /// The index of a component by its id, or -1.
    int component(int id) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        return -1;
    }

    /// Blocks of a component in one MCU of a scan of several components; a scan of one component has single blocks.
    int blocksPerMcu(int component, boolean interleaved) {
        return interleaved ? horizontal[component] * vertical[component] : 1;
    }

    /// Number of MCUs of a scan.
    int mcus(int component, boolean interleaved) {
        int widest = 1;
        int tallest = 1;
        for (int i = 0; i < ids.length; i++) {
            widest = Math.max(widest, horizontal[i]);
            tallest = Math.max(tallest, vertical[i]);
        }
        if (interleaved) {
            return Math.ceilDiv(width, BLOCK * widest) * Math.ceilDiv(height, BLOCK * tallest);
        }
        return Math.ceilDiv(Math.ceilDiv(width * horizontal[component], widest), BLOCK)
                * Math.ceilDiv(Math.ceilDiv(height * vertical[component], tallest), BLOCK);
    }
}
