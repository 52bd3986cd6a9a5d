package io.yolofit.zoo.weights;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Cursor over the bytes of a pickle. Every read is checked against the end before anything is allocated.
final class PickleInput {
    /// Limits of module and class names and of integers, in bytes; real ones have a tenth.
    private static final int MAX_NAME_BYTES = 1024;
    private static final int MAX_INTEGER_BYTES = 256;

    private final ByteBuffer bytes;
    private final String place;
    private int opcodeAt;

    /// `place` names the file and the entry in it, for errors.
    PickleInput(byte[] pickle, String place) {
        this.bytes = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
        this.place = place;
    }

    /// The next opcode. Errors name its offset until the next opcode is read.
    PickleOpcode opcode() {
        opcodeAt = bytes.position();
        int code = uint8();
        PickleOpcode opcode = PickleOpcode.of(code);
        if (opcode == null) {
            throw damaged("there is no pickle opcode 0x%02x".formatted(code));
        }
        return opcode;
    }

    boolean atEnd() {
        return !bytes.hasRemaining();
    }

    int uint8() {
        need(Byte.BYTES);
        return Byte.toUnsignedInt(bytes.get());
    }

    int uint16() {
        need(Short.BYTES);
        return Short.toUnsignedInt(bytes.getShort());
    }

    int int32() {
        need(Integer.BYTES);
        return bytes.getInt();
    }

    long uint32() {
        return Integer.toUnsignedLong(int32());
    }

    long int64() {
        need(Long.BYTES);
        return bytes.getLong();
    }

    /// Pickles hold floats as big-endian doubles, unlike everything else.
    double float64() {
        return Double.longBitsToDouble(Long.reverseBytes(int64()));
    }

    byte[] take(long length) {
        need(length);
        byte[] taken = new byte[(int) length];
        bytes.get(taken);
        return taken;
    }

    String text(long length) {
        return decode(take(length));
    }

    /// A Python 2 string, whose encoding is not specified.
    String latin1(long length) {
        return new String(take(length), StandardCharsets.ISO_8859_1);
    }

    /// A little-endian two's complement integer as a Long, or a BigInteger if it needs one.
    Number integer(long length) {
        if (length < 0 || length > MAX_INTEGER_BYTES) {
            throw damaged("an integer has %d bytes; at most %d are read".formatted(length, MAX_INTEGER_BYTES));
        }
        if (length == 0) {
            return 0L;
        }
        byte[] littleEndian = take(length);
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
        }
        BigInteger value = new BigInteger(bigEndian);
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    /// Text up to the end of the line, without it.
    String line() {
        int start = bytes.position();
        while (uint8() != '\n') {
            if (bytes.position() - start > MAX_NAME_BYTES) {
                throw damaged("a name is longer than %d bytes".formatted(MAX_NAME_BYTES));
            }
        }
        return decode(Arrays.copyOfRange(bytes.array(), start, bytes.position() - 1));
    }

    /// A module or class name, checked for its length.
    String requireName(String name) {
        if (name.length() > MAX_NAME_BYTES) {
            throw damaged("a name is longer than %d bytes".formatted(MAX_NAME_BYTES));
        }
        return name;
    }

    private String decode(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException malformed) {
            throw damaged("a text is not UTF-8");
        }
    }

    private void need(long count) {
        if (count < 0 || count > bytes.remaining()) {
            throw damaged("%s bytes are to be read at byte %d, but %d are left".formatted(
                    Long.toUnsignedString(count), bytes.position(), bytes.remaining()));
        }
    }

    /// An error at the current opcode: the pickle is damaged.
    WeightsException damaged(String problem) {
        return error(problem, "copy or download the checkpoint again: it is damaged, or not a checkpoint");
    }

    /// An error at the current opcode: the pickle requests something that is not supported.
    WeightsException refused(String problem) {
        return error(problem, "load it where you trust it and save the tensors only: "
                + TorchFile.SAVE_TENSORS.formatted("checkpoint['model']"));
    }

    private WeightsException error(String problem, String remedy) {
        return new WeightsException(problem, place + ", byte " + opcodeAt, remedy);
    }
}
