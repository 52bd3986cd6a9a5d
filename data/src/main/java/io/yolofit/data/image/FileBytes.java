package io.yolofit.data.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Random access to big-endian numbers and byte ranges of a file. Reading past the end throws [ImageException]: the
/// file is truncated.
final class FileBytes {
    private final FileChannel channel;
    private final long length;

    FileBytes(FileChannel channel) throws IOException {
        this.channel = channel;
        this.length = channel.size();
    }

    long length() {
        return length;
    }

    byte[] read(long offset, int count) throws IOException {
        if (offset + count > length) {
            throw new ImageException("the file is cut short: %d bytes, but byte %d is needed".formatted(
                    length, offset + count));
        }
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new ImageException("the file was cut short while it was read");
            }
        }
        return buffer.array();
    }

    int unsignedByte(long offset) throws IOException {
        return read(offset, 1)[0] & 0xff;
    }

    int unsignedShort(long offset) throws IOException {
        byte[] bytes = read(offset, 2);
        return (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    }

    long unsignedInt(long offset) throws IOException {
        return (long) unsignedShort(offset) << 16 | unsignedShort(offset + 2);
    }
}
