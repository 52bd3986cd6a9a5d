package io.yolofit.app;

import io.yolofit.graph.Value;
import io.yolofit.zoo.model.Layouts;
import io.yolofit.zoo.model.Model;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes a model like PyTorch: a zip of a pickle and one storage.
///
/// The pickle contains a dict of the training options and the model, an object that has all tensors at its root under
/// their full names, its YAML and its classes.
final class TorchFileWriter {
    private static final int MARK = '(';
    private static final int TUPLE = 't';
    private static final int REDUCE = 'R';
    private static final int BUILD = 'b';
    private static final int NEW_OBJECT = 0x81;
    private static final int SET_ITEM = 's';

    private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    private final ByteArrayOutputStream storage = new ByteArrayOutputStream();
    private final int storageLength;

    private TorchFileWriter(int storageLength) {
        this.storageLength = storageLength;
    }

    /// @param yamlFile as in `yolov8n.yaml`
    static void write(Path file, Model model, Map<String, float[]> values, String yamlFile, Map<Integer, String> names,
            Map<String, Object> options) throws IOException {
        int count = values.values().stream().mapToInt(tensor -> tensor.length).sum();
        var writer = new TorchFileWriter(count);
        writer.pickle.writeBytes(new byte[] {(byte) 0x80, 2, '}'});
        writer.item("train_args", options);
        writer.value("model");
        writer.model(model, values, yamlFile, names);
        writer.pickle.write(SET_ITEM);
        writer.pickle.write('.');
        try (OutputStream out = Files.newOutputStream(file); var zip = new ZipOutputStream(out)) {
            entry(zip, "archive/data.pkl", writer.pickle.toByteArray());
            entry(zip, "archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
            entry(zip, "archive/data/0", writer.storage.toByteArray());
        }
    }

    private void model(Model model, Map<String, float[]> values, String yamlFile, Map<Integer, String> names) {
        global("models.yolo", "DetectionModel");
        pickle.write(')');
        pickle.write(NEW_OBJECT);
        pickle.write('}');
        value("_parameters");
        pickle.write('}');
        for (Value value : model.state()) {
            value(value.name());
            tensor(Layouts.toFile(values.get(value.name()), value.shape()), Layouts.fileShape(value.shape()));
            pickle.write(SET_ITEM);
        }
        pickle.write(SET_ITEM);
        item("_buffers", Map.of());
        item("_modules", Map.of());
        item("yaml", Map.of("yaml_file", yamlFile, "nc", names.size()));
        item("names", names);
        pickle.write(BUILD);
    }

    private void tensor(float[] values, long[] shape) {
        int offset = storage.size() / Float.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        storage.writeBytes(bytes.array());
        global("torch._utils", "_rebuild_tensor_v2");
        pickle.write(MARK);
        pickle.write(MARK);
        value("storage");
        global("torch", "FloatStorage");
        value("0");
        value("cpu");
        value(storageLength);
        pickle.write(TUPLE);
        pickle.write('Q');
        value(offset);
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        tuple(shape);
        tuple(strides);
        pickle.write(0x89);
        global("collections", "OrderedDict");
        pickle.write(')');
        pickle.write(REDUCE);
        pickle.write(TUPLE);
        pickle.write(REDUCE);
    }

    private void tuple(long[] values) {
        pickle.write(MARK);
        for (long value : values) {
            value(Math.toIntExact(value));
        }
        pickle.write(TUPLE);
    }

    private void item(String key, Object value) {
        value(key);
        value(value);
        pickle.write(SET_ITEM);
    }

    private void value(Object value) {
        switch (value) {
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                pickle.write('X');
                number(bytes.length);
                pickle.writeBytes(bytes);
            }
            case Integer number -> {
                pickle.write('J');
                number(number);
            }
            case Map<?, ?> map -> {
                pickle.write('}');
                map.forEach((key, one) -> {
                    value(key);
                    value(one);
                    pickle.write(SET_ITEM);
                });
            }
            default -> throw new IllegalArgumentException("cannot pickle " + value);
        }
    }

    private void number(int number) {
        pickle.writeBytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
    }

    private void global(String module, String name) {
        pickle.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /// PyTorch stores entries without compression.
    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        var entry = new ZipEntry(name);
        var checksum = new CRC32();
        checksum.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
