package io.yolofit.data.image;

import java.nio.ByteOrder;
import java.util.Arrays;

/// Parses a JPEG: size, EXIF orientation, and whether all of its data is there. Sequential scans are decoded down to
/// their Huffman codes ([JpegScan]), so that missing or damaged data is found without a decoder, and is completed so
/// that the decoder prints no warning (libjpeg writes warnings to stderr, without the name of the file). Of a
/// progressive JPEG that ends early, the incomplete last scan is dropped.
final class JpegFile {
    /// Fraction of the pixels that must be there for a damaged image to be used.
    private static final double SMALLEST_PART = 0.8;
    private static final int FEWEST_PADDING = 16; // zero bytes at the end of a file without end marker
    private static final int TABLES = 4;
    private static final int HIGHEST_FREQUENCY = 63;

    private static final int START_OF_IMAGE = 0xffd8;
    private static final int END_OF_IMAGE = 0xd9;
    private static final int START_OF_SCAN = 0xda;
    private static final int HUFFMAN_TABLES = 0xc4;
    private static final int RESTART_INTERVAL = 0xdd;
    private static final int APP1 = 0xe1;

    private final byte[] content;
    private final ByteReader file;
    private final JpegScan.Output repaired;
    private final HuffmanTable[] dc = new HuffmanTable[TABLES];
    private final HuffmanTable[] ac = new HuffmanTable[TABLES];
    private int end;
    private JpegFrame frame;
    private int orientation = 1;
    private int restartInterval;
    private long mcus;
    private long decoded;
    private int scans;
    private int lastScan; // offset of its marker
    private int afterScan; // offset of what follows the last scan
    private boolean hasDetail; // a progressive scan up to the highest frequency of the first component is complete
    private boolean[] seen = {}; // components of sequential scans

    private JpegFile(byte[] content) {
        this.content = content;
        this.file = new ByteReader(content, ByteOrder.BIG_ENDIAN);
        this.repaired = new JpegScan.Output(content);
        this.end = content.length;
    }

    static boolean matches(byte[] content) {
        return content.length >= 2 && ((content[0] & 0xff) << 8 | content[1] & 0xff) == START_OF_IMAGE;
    }

    /// Throws [ImageException] if too little of the image can be decoded.
    static CheckedImage check(byte[] content) throws ImageException {
        return new JpegFile(content).check();
    }

    private CheckedImage check() throws ImageException {
        int at = 2;
        while (true) {
            if (at >= end) {
                return withoutEnd();
            }
            if (file.unsignedByte(at) != 0xff) {
                throw new ImageException("not a whole JPEG: no marker at byte " + at);
            }
            int marker = file.unsignedByte(at + 1);
            if (marker == 0xff) { // fill byte
                at++;
                continue;
            }
            if (scans > 0 && marker != END_OF_IMAGE && at + 4 > end) {
                return withoutEnd();
            }
            if (marker == END_OF_IMAGE) {
                return atEnd(at + 2);
            }
            int next = at + 2 + Math.max(2, file.unsignedShort(at + 2));
            read(marker, at, next);
            if (marker == START_OF_SCAN) {
                next = scan(at, next);
            }
            at = next;
        }
    }

    private void read(int marker, int at, int next) throws ImageException {
        if (isFrame(marker)) {
            frame = JpegFrame.read(file, at, marker);
            seen = new boolean[frame.ids().length];
            ImageHeader.requireDecodable(frame.height(), frame.width());
        } else if (marker == APP1) {
            orientation = Exif.jpegOrientation(file.bytes(at + 4, next - at - 4), orientation);
        } else if (marker == HUFFMAN_TABLES) {
            huffmanTables(at + 4, next);
        } else if (marker == RESTART_INTERVAL) {
            restartInterval = file.unsignedShort(at + 4);
        }
    }

    /// Frame headers are C0 to CF except C4 (Huffman tables), C8 (reserved) and CC (arithmetic coding).
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private void huffmanTables(int start, int next) throws ImageException {
        for (int at = start; at < next; ) {
            int id = file.unsignedByte(at);
            byte[] counts = file.bytes(at + 1, 16);
            int symbols = 0;
            for (byte count : counts) {
                symbols += count & 0xff;
            }
            HuffmanTable table = new HuffmanTable(counts, file.bytes(at + 17, symbols));
            (id >> 4 == 0 ? dc : ac)[id & TABLES - 1] = table;
            at += 17 + symbols;
        }
    }

    /// @return offset of the marker after the scan, or of the end of the data
    private int scan(int marker, int start) throws ImageException {
        if (frame == null || start > content.length) {
            throw new ImageException("not a whole JPEG: a scan without frame or data at byte " + marker);
        }
        if (scans == 0) {
            end = endOfData(start);
        }
        scans++;
        lastScan = marker;
        int components = file.unsignedByte(marker + 4);
        int first = frame.component(file.unsignedByte(marker + 5));
        if (!frame.isSequential()) {
            int next = nextMarker(start);
            hasDetail |= next < end && first == 0 && file.unsignedByte(start - 2) == HIGHEST_FREQUENCY;
            return next;
        }
        boolean interleaved = components > 1;
        HuffmanTable[] blockDc = {};
        HuffmanTable[] blockAc = {};
        for (int i = 0; i < components; i++) {
            int component = frame.component(file.unsignedByte(marker + 5 + 2L * i));
            int tables = file.unsignedByte(marker + 6 + 2L * i);
            if (component < 0 || dc[tables >> 4 & 3] == null || ac[tables & 3] == null) {
                throw new ImageException("not a whole JPEG: a scan without its tables at byte " + marker);
            }
            int blocks = blockDc.length + frame.blocksPerMcu(component, interleaved);
            int filled = blockDc.length;
            seen[component] = true;
            blockDc = Arrays.copyOf(blockDc, blocks);
            blockAc = Arrays.copyOf(blockAc, blocks);
            Arrays.fill(blockDc, filled, blocks, dc[tables >> 4 & 3]);
            Arrays.fill(blockAc, filled, blocks, ac[tables & 3]);
        }
        repaired.copyTo(start);
        JpegScan.Result result = new JpegScan(content, end, blockDc, blockAc)
                .decode(start, frame.mcus(Math.max(0, first), interleaved), restartInterval, repaired);
        mcus += result.mcus();
        decoded += result.decoded();
        afterScan = result.next();
        return afterScan;
    }

    /// The end of the file, without the zero bytes that follow the data of a file without end marker.
    private int endOfData(int scan) {
        for (int at = content.length - 2; at >= scan; at--) {
            if (content[at] == (byte) 0xff && content[at + 1] == (byte) END_OF_IMAGE) {
                return content.length;
            }
        }
        int last = content.length;
        while (last > scan && content[last - 1] == 0) {
            last--;
        }
        return content.length - last >= FEWEST_PADDING ? last : content.length;
    }

    /// The next marker that is not a restart marker.
    private int nextMarker(int start) {
        int at = new EntropyReader(content, start, end).marker();
        while (at + 1 < end && (content[at + 1] & 0xf8) == 0xd0) {
            at = new EntropyReader(content, at + 2, end).marker();
        }
        return at;
    }

    private CheckedImage atEnd(int afterMarker) throws ImageException {
        if (scans == 0) {
            throw new ImageException("the JPEG has no pixels");
        }
        if (repaired.isEmpty()) {
            return image(content, "");
        }
        repaired.copyTo(afterMarker);
        return damaged("is damaged");
    }

    /// The data ends without an end marker.
    private CheckedImage withoutEnd() throws ImageException {
        if (frame == null || scans == 0) {
            throw new ImageException("the JPEG is cut short: it has no pixels (%d bytes)".formatted(content.length));
        }
        if (frame.isSequential()) {
            repaired.startAt(afterScan);
            repaired.copyTo(afterScan);
            repaired.writer().marker(END_OF_IMAGE);
            return damaged("has no end marker");
        }
        if (frame.isProgressive() && !hasDetail) {
            throw new ImageException("the JPEG is cut short: only its coarsest scans are there (%d bytes)".formatted(
                    content.length));
        }
        int kept = frame.isProgressive() ? lastScan : end;
        byte[] complete = Arrays.copyOf(content, kept + 2);
        complete[kept] = (byte) 0xff;
        complete[kept + 1] = (byte) END_OF_IMAGE;
        return image(complete, frame.isProgressive() ? "the JPEG has no end marker: its last scan is ignored"
                : "the JPEG has no end marker");
    }

    private CheckedImage damaged(String what) throws ImageException {
        int components = 0;
        for (boolean component : seen) {
            components += component ? 1 : 0;
        }
        double part = (double) decoded / mcus * components / seen.length;
        if (part < SMALLEST_PART) {
            throw new ImageException("the JPEG is cut short or damaged: only %.0f %% of its pixels can be decoded"
                    .formatted(100 * part));
        }
        return image(repaired.writer().content(), "the JPEG %s: %s".formatted(what, part == 1
                ? "its pixels are complete" : "%.1f %% of its pixels can be decoded".formatted(100 * part)));
    }

    private CheckedImage image(byte[] decodable, String damage) throws ImageException {
        return new CheckedImage(ImageHeader.upright(frame.height(), frame.width(), orientation).withDamage(damage),
                decodable);
    }
}
