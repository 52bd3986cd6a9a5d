package io.yolofit.data.image;

/// Decodes the Huffman codes of one sequential scan to find damage, without computing pixels, and completes a damaged
/// scan: MCUs that cannot be decoded repeat the color of the last good block. The result is a scan that a decoder
/// accepts without a warning.
final class JpegScan {
    private static final int END_OF_BLOCK = 0;
    private static final int RESTART = 0xd0; // to D7

    private final byte[] content;
    private final int end;
    private final HuffmanTable[] dc; // by block of an MCU
    private final HuffmanTable[] ac;

    /// @param end offset of the end of the data
    /// @param dc table of each block of an MCU
    JpegScan(byte[] content, int end, HuffmanTable[] dc, HuffmanTable[] ac) {
        this.content = content;
        this.end = end;
        this.dc = dc;
        this.ac = ac;
    }

    /// @param mcus number of MCUs of the scan
    /// @param decoded number of MCUs that could be decoded
    /// @param next offset of the marker after the scan, or of the end of the data
    /// @param repaired whether the scan was rewritten
    record Result(int mcus, int decoded, int next, boolean repaired) {
    }

    /// A restart interval, or the whole scan.
    ///
    /// @param decoded MCUs before the first error
    /// @param bits number of their bits
    /// @param intact whether nothing is missing and nothing left over before the marker
    /// @param next offset of the marker after it
    private record Interval(int decoded, long bits, boolean intact, int next) {
    }

    /// Decodes the scan that starts at `start`.
    ///
    /// @param restartInterval MCUs between restart markers; 0 without restart markers
    /// @param out receives everything from `copied` on, if it is not empty or the scan is damaged
    Result decode(int start, int mcus, int restartInterval, Output out) throws ImageException {
        int at = start;
        int decoded = 0;
        int number = 0; // of the restart marker that ends the interval
        boolean repaired = false;
        for (int done = 0; done < mcus; ) {
            int count = restartInterval == 0 ? mcus : Math.min(restartInterval, mcus - done);
            boolean isLast = done + count == mcus;
            Interval interval = decode(at, count);
            int skipped = isLast ? 0 : restartsSkipped(interval.next, number);
            boolean intact = interval.intact && skipped == 0 && (!isLast || restart(interval.next) < 0);
            decoded += interval.decoded;
            if (!intact) {
                repaired = true;
                out.startAt(at);
                complete(out.writer(), at, interval, count - interval.decoded);
                if (!isLast) {
                    out.writer().marker(RESTART + number);
                }
            }
            done += count;
            number = number + 1 & 7;
            for (int i = 0; i < skipped && done < mcus; i++) { // intervals whose data is lost
                int lost = Math.min(restartInterval, mcus - done);
                fill(out.writer(), lost);
                done += lost;
                if (done < mcus) {
                    out.writer().marker(RESTART + number);
                }
                number = number + 1 & 7;
            }
            at = isLast || skipped < 0 ? interval.next : interval.next + 2;
            if (intact) {
                out.copyTo(at);
            } else {
                out.skipTo(at);
            }
            if (skipped < 0 && done < mcus) { // no restart marker is left
                fillRest(out.writer(), mcus - done, restartInterval, number);
                break;
            }
        }
        int next = afterRestarts(at);
        out.skipTo(next);
        return new Result(mcus, decoded, next, repaired || next != at);
    }

    private Interval decode(int start, int count) {
        EntropyReader reader = new EntropyReader(content, start, end);
        for (int i = 0; i < count; i++) {
            long before = reader.consumed();
            if (!decodeMcu(reader) || reader.isOverrun()) {
                return new Interval(i, before, false, reader.marker());
            }
        }
        return new Interval(count, reader.consumed(), reader.isAtMarker() && reader.marker() < end, reader.marker());
    }

    private boolean decodeMcu(EntropyReader reader) {
        for (int block = 0; block < dc.length; block++) {
            if (!reader.skipBlock(dc[block], ac[block])) {
                return false;
            }
        }
        return true;
    }

    /// The number of a restart marker, or -1.
    private int restart(int at) {
        return at + 1 < end && (content[at + 1] & 0xf8) == RESTART ? content[at + 1] & 7 : -1;
    }

    /// Restart markers missing before the one at `at`; -1 if there is none.
    private int restartsSkipped(int at, int expected) {
        return restart(at) < 0 ? -1 : restart(at) - expected & 7;
    }

    /// The next marker that is not a restart marker.
    private int afterRestarts(int at) {
        int next = at;
        while (restart(next) >= 0) {
            next = new EntropyReader(content, next + 2, end).marker();
        }
        return next;
    }

    /// Writes the good MCUs of an interval and fills the others.
    private void complete(EntropyWriter writer, int start, Interval interval, int missing) throws ImageException {
        EntropyReader reader = new EntropyReader(content, start, end);
        for (long left = interval.bits; left > 0; ) {
            int bits = (int) Math.min(left, Byte.SIZE);
            writer.write(reader.peek() >> 16 - bits, bits);
            reader.skip(bits);
            left -= bits;
        }
        fill(writer, missing);
    }

    private void fillRest(EntropyWriter writer, int mcus, int restartInterval, int firstNumber) throws ImageException {
        int number = firstNumber;
        for (int left = mcus; left > 0; left -= restartInterval) {
            fill(writer, Math.min(restartInterval, left));
            if (left > restartInterval) {
                writer.marker(RESTART + number);
                number = number + 1 & 7;
            }
        }
    }

    private void fill(EntropyWriter writer, int mcus) throws ImageException {
        for (int i = 0; i < mcus; i++) {
            for (int block = 0; block < dc.length; block++) {
                if (!dc[block].has(0) || !ac[block].has(END_OF_BLOCK)) {
                    throw new ImageException("the JPEG is damaged and cannot be completed");
                }
                dc[block].encode(0, writer);
                ac[block].encode(END_OF_BLOCK, writer);
            }
        }
        writer.align();
    }

    /// The repaired file: a copy of the content so far, made at the first damage.
    static final class Output {
        private final byte[] content;
        private EntropyWriter writer;
        private int copied;

        Output(byte[] content) {
            this.content = content;
        }

        boolean isEmpty() {
            return writer == null;
        }

        EntropyWriter writer() {
            return writer;
        }

        /// Copies everything before the first damage.
        void startAt(int offset) {
            if (writer == null) {
                writer = new EntropyWriter();
                writer.raw(content, 0, offset);
                copied = offset;
            }
        }

        void copyTo(int offset) {
            if (writer != null) {
                writer.raw(content, copied, offset);
                copied = offset;
            }
        }

        void skipTo(int offset) {
            copied = offset;
        }
    }
}
