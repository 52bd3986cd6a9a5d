package io.yolofit.data.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads the bits of entropy-coded JPEG data: removes the byte stuffing (`FF 00` is the byte `FF`) and stops at the
/// next marker. At the marker it returns zero bits; [#isOverrun()] is true once they were used.
final class EntropyReader {
    private static final int LOW_WATER = 32; // a code and its extra bits need at most 32
    private static final int COEFFICIENTS = 64;
    private static final int LARGEST_DC_CATEGORY = 11; // of 8-bit samples
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] content;
    private final int end;
    private int at;
    private long buffer;
    private int available; // bits in `buffer`
    private int padding; // bits in `buffer` that are not in the file
    private long filled; // all bits that were put into `buffer`

    EntropyReader(byte[] content, int start, int end) {
        this.content = content;
        this.at = start;
        this.end = end;
    }

    /// The next 16 bits, without consuming them.
    int peek() {
        if (available < LOW_WATER) {
            fill();
        }
        return (int) (buffer >>> available - 16) & 0xffff;
    }

    /// Consumes at most 16 bits after each [#peek()].
    void skip(int bits) {
        available -= bits;
    }

    /// Decodes the codes of one block of 8 x 8 coefficients; false if they are invalid.
    boolean skipBlock(HuffmanTable dc, HuffmanTable ac) {
        int entry = dc.decode(peek());
        int category = entry & 0xff;
        if (entry == 0 || category > LARGEST_DC_CATEGORY) {
            return false;
        }
        available -= (entry >> 8) + category;
        int k = 1;
        while (k < COEFFICIENTS) {
            int step = ac.step(peek());
            if (step == 0) {
                return false;
            }
            available -= step & 31;
            k += step >> 5;
        }
        return k == COEFFICIENTS || k > HuffmanTable.END_OF_BLOCK;
    }

    private void fill() {
        if (at + Integer.BYTES <= end) {
            int next = (int) INT.get(content, at);
            if ((~next - 0x01010101 & next & 0x80808080) == 0) { // no byte is FF
                buffer = buffer << Integer.SIZE | next & 0xffffffffL;
                at += Integer.BYTES;
                available += Integer.SIZE;
                filled += Integer.SIZE;
                return;
            }
        }
        while (available <= Long.SIZE - 2 * Byte.SIZE) {
            if (atMarker()) {
                buffer <<= Byte.SIZE;
                padding += Byte.SIZE;
            } else {
                int value = content[at] & 0xff;
                buffer = buffer << Byte.SIZE | value;
                at += value == 0xff ? 2 : 1;
            }
            available += Byte.SIZE;
            filled += Byte.SIZE;
        }
    }

    private boolean atMarker() {
        return at >= end || content[at] == (byte) 0xff && (at + 1 >= end || content[at + 1] != 0);
    }

    /// Bits consumed so far.
    long consumed() {
        return filled - available;
    }

    /// Whether bits were consumed that the file does not have.
    boolean isOverrun() {
        return available < padding;
    }

    /// Whether all data up to the marker was consumed, except for the padding of the last byte.
    boolean isAtMarker() {
        return atMarker() && available - padding < Byte.SIZE;
    }

    /// Offset of the next marker from here on, or of the end of the data.
    int marker() {
        int next = at;
        while (next < end && (content[next] != (byte) 0xff || next + 1 == end || isStuffing(content[next + 1]))) {
            next++;
        }
        return next;
    }

    /// `FF 00` is data, and `FF FF` a fill byte before a marker.
    private static boolean isStuffing(byte afterFf) {
        return afterFf == 0 || afterFf == (byte) 0xff;
    }
}
