package io.yolofit.app.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;

/// A file of TensorFlow's event format, version 2: records of an `Event` message each, in the framing of TFRecord:
/// length (8 bytes, little endian), masked CRC-32C of the length, data, masked CRC-32C of the data.
final class EventFile {
    private static final int MASK = 0xa282ead8;
    private static final int MASK_ROTATION = 15;
    private static final double NANOS = 1e9;
    /// Fields of `Event`.
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    /// Fields of `Summary.Value`.
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;
    private static final int IMAGE = 4;
    private static final int TENSOR = 8;
    private static final int METADATA = 9;
    /// Fields and values of `Summary.Image`.
    private static final int HEIGHT = 1;
    private static final int WIDTH = 2;
    private static final int COLOR_SPACE = 3;
    private static final int ENCODED = 4;
    private static final int RGB = 3;
    /// Fields and values of `TensorProto` and `SummaryMetadata`.
    private static final int STRING_VAL = 8;
    private static final int DT_STRING = 7;
    private static final int FLOAT_VAL = 5;
    private static final int DT_FLOAT = 1;
    private static final int DATA_CLASS = 4;
    private static final int DATA_CLASS_TENSOR = 2;

    private final Path file;

    private EventFile(Path file) {
        this.file = file;
    }

    /// Creates a file in the folder. A resumed run has one more file, which TensorBoard joins with the first.
    static EventFile create(Path folder) throws IOException {
        Path file = folder.resolve("events.out.tfevents." + Instant.now().getEpochSecond() + ".yolofit."
                + ProcessHandle.current().pid());
        Files.write(file, record(event().text(FILE_VERSION, "brain.Event:2").bytes()), StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return new EventFile(file);
    }

    Path path() {
        return file;
    }

    /// Appends scalars by tag.
    void scalars(long step, Map<String, Double> values) throws IOException {
        var summary = new Message();
        values.forEach((tag, value) -> summary.message(1, new Message().text(TAG, tag)
                .real32(SIMPLE_VALUE, value.floatValue())));
        append(step, summary);
    }

    /// Appends a text, which TensorBoard shows as Markdown.
    void text(long step, String tag, String markdown) throws IOException {
        Message metadata = metadata("text", new Message());
        Message shape = new Message().message(2, new Message().integer(1, 1));
        Message tensor = new Message().integer(1, DT_STRING).message(2, shape).text(STRING_VAL, markdown);
        append(step, new Message().message(1, new Message().text(TAG, tag).message(TENSOR, tensor)
                .message(METADATA, metadata)));
    }

    /// Appends an image.
    ///
    /// @param encoded as JPEG or PNG
    void image(long step, String tag, int height, int width, byte[] encoded) throws IOException {
        Message image = new Message().integer(HEIGHT, height).integer(WIDTH, width).integer(COLOR_SPACE, RGB)
                .bytes(ENCODED, encoded);
        append(step, new Message().message(1, new Message().text(TAG, tag).message(IMAGE, image)));
    }

    /// Appends the data of a plugin, which is part of the metadata of a tensor without meaning.
    void plugin(String name, String tag, Message content) throws IOException {
        Message tensor = new Message().integer(1, DT_FLOAT).message(2, new Message()).real32(FLOAT_VAL, 0);
        append(0, new Message().message(1, new Message().text(TAG, tag).message(TENSOR, tensor)
                .message(METADATA, metadata(name, content))));
    }

    private static Message metadata(String plugin, Message content) {
        return new Message().message(1, new Message().text(1, plugin).message(2, content))
                .integer(DATA_CLASS, DATA_CLASS_TENSOR);
    }

    private void append(long step, Message summary) throws IOException {
        Files.write(file, record(event().integer(STEP, step).message(SUMMARY, summary).bytes()),
                StandardOpenOption.APPEND);
    }

    private static Message event() {
        Instant now = Instant.now();
        return new Message().real64(WALL_TIME, now.getEpochSecond() + now.getNano() / NANOS);
    }

    private static byte[] record(byte[] data) {
        byte[] length = little(Long.BYTES).putLong(data.length).array();
        return little(Long.BYTES + 2 * Integer.BYTES + data.length).put(length).putInt(checksum(length)).put(data)
                .putInt(checksum(data)).array();
    }

    private static int checksum(byte[] data) {
        var crc = new CRC32C();
        crc.update(data);
        return Integer.rotateRight((int) crc.getValue(), MASK_ROTATION) + MASK;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
