package io.yolofit.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Numbers in the content of a file at any offset. Reading past the end throws [ImageException]: the file is truncated.
final class ByteReader {
    private final byte[] content;
    private final ByteBuffer buffer;

    ByteReader(byte[] content, ByteOrder order) {
        this.content = content;
        this.buffer = ByteBuffer.wrap(content).order(order);
    }

    int length() {
        return content.length;
    }

    private int require(long offset, int count) throws ImageException {
        if (offset < 0 || offset + count > content.length) {
            throw new ImageException("the file is cut short: %d bytes, but byte %d is needed".formatted(
                    content.length, offset + count));
        }
        return (int) offset;
    }

    int unsignedByte(long offset) throws ImageException {
        return buffer.get(require(offset, 1)) & 0xff;
    }

    int unsignedShort(long offset) throws ImageException {
        return buffer.getShort(require(offset, 2)) & 0xffff;
    }

    long unsignedInt(long offset) throws ImageException {
        return buffer.getInt(require(offset, 4)) & 0xffffffffL;
    }

    byte[] bytes(long offset, int count) throws ImageException {
        byte[] bytes = new byte[count];
        buffer.get(require(offset, count), bytes);
        return bytes;
    }
}
