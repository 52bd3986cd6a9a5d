package io.yolofit.zoo.weights;

import io.yolofit.base.file.AtomicFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Reads and writes safetensors files. Every claim of the header is checked; files are written atomically. The format
/// is documented at the package.
///
/// A file is read into memory as a whole rather than mapped: if a mapped file is truncated, the process crashes, and on
/// Windows a mapped file cannot be replaced, which a trainer does with its own checkpoints.
public final class SafetensorsFile {
    private static final long SLICE_BYTES = 1L << 30; // one ByteBuffer holds less than 2 GiB
    /// Written at a time. A channel copies a buffer of the Java heap to native memory first, as a whole.
    private static final long WRITTEN_BYTES = 1 << 20;

    private SafetensorsFile() { }

    /// Reads all tensors and the metadata of a file.
    /// Throws [WeightsException] if the file is missing, cut short or breaks the format anywhere.
    public static Weights read(Path path) {
        String file = path.toString();
        try (FileChannel channel = FileChannel.open(path)) {
            long size = channel.size();
            long headerBytes = headerBytes(channel, size, file);
            byte[] json = new byte[(int) headerBytes];
            fill(channel, MemorySegment.ofArray(json), Long.BYTES, file);
            SafetensorsHeader header = SafetensorsParser.parse(json, file);
            long dataBytes = size - Long.BYTES - headerBytes;
            header.requireCover(dataBytes, file);
            MemorySegment data = Arena.ofAuto().allocate(dataBytes, Long.BYTES);
            fill(channel, data, Long.BYTES + headerBytes, file);
            SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
            header.entries().forEach((name, entry) -> tensors.put(name,
                    new TensorData(entry.type(), entry.shape(), data.asSlice(entry.begin(), entry.byteSize()))));
            return new Weights(tensors, header.metadata());
        } catch (IOException failure) {
            throw WeightsException.unreadable(path, failure);
        }
    }

    /// Writes a file atomically: afterwards `path` contains all of `weights`, or its previous content.
    /// Throws [WeightsException] with the bytes needed and free if it cannot.
    public static void write(Path path, Weights weights) {
        write(path, weights, AtomicFile::createOnDisk);
    }

    static void write(Path path, Weights weights, AtomicFile.Opener opener) {
        SafetensorsHeader header = SafetensorsHeader.of(weights);
        byte[] json = json(header, path);
        byte[] length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array();
        WeightsOutput.write(path, Long.BYTES + json.length + weights.byteSize(), sink -> {
            sink.write(ByteBuffer.wrap(length));
            sink.write(ByteBuffer.wrap(json));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(WRITTEN_BYTES);
                for (String name : header.namesByPlace()) {
                    write(weights.get(name).data(), buffer, sink);
                }
            }
        }, opener);
    }

    private static void write(MemorySegment data, MemorySegment buffer, AtomicFile.Sink sink) throws IOException {
        for (long at = 0; at < data.byteSize(); at += buffer.byteSize()) {
            MemorySegment part = buffer.asSlice(0, Math.min(buffer.byteSize(), data.byteSize() - at));
            part.copyFrom(data.asSlice(at, part.byteSize()));
            sink.write(part.asByteBuffer());
        }
    }

    private static byte[] json(SafetensorsHeader header, Path path) {
        try {
            byte[] json = header.toJson();
            if (json.length <= SafetensorsHeader.MAX_BYTES) {
                return json;
            }
            throw new WeightsException("the header would have %d bytes, more than the format's %d".formatted(
                    json.length, SafetensorsHeader.MAX_BYTES), path.toString(), "write fewer tensors or less metadata");
        } catch (IOException failure) {
            throw new WeightsException("the names or metadata are not valid text: " + failure.getMessage(),
                    path.toString(), "rename the tensor", failure);
        }
    }

    private static long headerBytes(FileChannel channel, long size, String file) throws IOException {
        if (size < Long.BYTES) {
            throw new WeightsException("the file has %d bytes, fewer than the %d of the header's length".formatted(
                    size, Long.BYTES), file, SafetensorsParser.REMEDY);
        }
        byte[] length = new byte[Long.BYTES];
        fill(channel, MemorySegment.ofArray(length), 0, file);
        long headerBytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (headerBytes < 0 || headerBytes > Math.min(SafetensorsHeader.MAX_BYTES, size - Long.BYTES)) {
            String hint = length[0] == 'P' && length[1] == 'K' ? "; it is a zip, perhaps a PyTorch checkpoint" : "";
            throw new WeightsException("the header claims %s bytes, but %d follow and the format allows %d%s".formatted(
                    Long.toUnsignedString(headerBytes), size - Long.BYTES, SafetensorsHeader.MAX_BYTES, hint),
                    file, "check that this is a safetensors file, and that it was copied whole");
        }
        return headerBytes;
    }

    private static void fill(FileChannel channel, MemorySegment target, long position, String file) throws IOException {
        for (long at = 0; at < target.byteSize(); at += SLICE_BYTES) {
            ByteBuffer slice = target.asSlice(at, Math.min(SLICE_BYTES, target.byteSize() - at)).asByteBuffer();
            while (slice.hasRemaining()) {
                if (channel.read(slice, position + at + slice.position()) < 0) {
                    long end = at + slice.position();
                    throw new WeightsException("the file ends at byte %d while it is being read, %d bytes early"
                            .formatted(position + end, target.byteSize() - end), file,
                            "wait until the program that writes the file has finished");
                }
            }
        }
    }
}
