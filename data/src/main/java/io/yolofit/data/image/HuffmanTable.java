package io.yolofit.data.image;

import java.util.Arrays;

/// A canonical Huffman table of a JPEG (ITU-T T.81, annex C): decodes by a 9-bit lookup table with a slow path for
/// longer codes, and encodes single symbols.
final class HuffmanTable {
    private static final int LONGEST = 16;
    private static final int LOOKUP_BITS = 9;
    private static final int SYMBOL_BITS = 8;
    private static final int RUN_OF_16 = 0xf0; // sixteen zeros, which like end of block have no extra bits

    /// Advance of an end of block: beyond all coefficients.
    static final int END_OF_BLOCK = 128;

    private final short[] lookup = new short[1 << LOOKUP_BITS]; // length << 8 | symbol; 0 for longer codes
    private final short[] steps = new short[1 << LOOKUP_BITS]; // see [#step(int)]; 0 for longer codes
    private final int[] ends = new int[LONGEST + 1]; // by length: first 16-bit window that is not a code of this length
    private final int[] offsets = new int[LONGEST + 1]; // by length: index of symbol minus code
    private final byte[] symbols;
    private final int[] codes = new int[1 << SYMBOL_BITS]; // by symbol: length << 16 | code; 0 if it has none

    /// @param counts number of codes of each length from 1 to 16
    /// @param symbols symbols in the order of their codes
    HuffmanTable(byte[] counts, byte[] symbols) throws ImageException {
        this.symbols = symbols;
        int code = 0;
        int index = 0;
        for (int length = 1; length <= LONGEST; length++) {
            offsets[length] = index - code;
            for (int i = 0; i < (counts[length - 1] & 0xff); i++) {
                add(code++, length, symbols[index++] & 0xff);
            }
            if (code > 1 << length) {
                throw new ImageException("the JPEG has an invalid Huffman table");
            }
            ends[length] = code << LONGEST - length;
            code <<= 1;
        }
    }

    private void add(int code, int length, int symbol) {
        codes[symbol] = length << LONGEST | code;
        if (length <= LOOKUP_BITS && code < 1 << length) {
            int first = code << LOOKUP_BITS - length;
            int last = first + (1 << LOOKUP_BITS - length);
            Arrays.fill(lookup, first, last, (short) (length << SYMBOL_BITS | symbol));
            Arrays.fill(steps, first, last, (short) step(length, symbol));
        }
    }

    /// The symbol at the front of a 16-bit window, as `length << 8 | symbol`; 0 if the window starts with no code.
    int decode(int window) {
        int entry = lookup[window >> LONGEST - LOOKUP_BITS];
        if (entry != 0) {
            return entry;
        }
        for (int length = LOOKUP_BITS + 1; length <= LONGEST; length++) {
            if (window < ends[length]) {
                int index = offsets[length] + (window >> LONGEST - length);
                return index >= 0 && index < symbols.length ? length << SYMBOL_BITS | symbols[index] & 0xff : 0;
            }
        }
        return 0;
    }

    /// The AC coefficients that the code at the front of a 16-bit window advances by, and the bits that it and its
    /// value take, as `advance << 5 | bits`; 0 if the window starts with no code.
    int step(int window) {
        int step = steps[window >> LONGEST - LOOKUP_BITS];
        if (step != 0) {
            return step;
        }
        int entry = decode(window);
        return entry == 0 ? 0 : step(entry >> SYMBOL_BITS, entry & 0xff);
    }

    private static int step(int length, int symbol) {
        int size = symbol & 15;
        int advance = size == 0 && symbol != RUN_OF_16 ? END_OF_BLOCK : (symbol >> 4) + 1;
        return advance << 5 | length + size;
    }

    boolean has(int symbol) {
        return codes[symbol] != 0;
    }

    /// Writes the code of a symbol that the table has.
    void encode(int symbol, EntropyWriter out) {
        out.write(codes[symbol] & 0xffff, codes[symbol] >> LONGEST);
    }
}
