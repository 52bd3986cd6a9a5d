package io.yolofit.zoo.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Crafts `.pt` archives: a pickle and storages, stored under the root `archive/`.
final class TorchZip {
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private int method = ZipEntry.STORED;

    static TorchZip of(byte[] pickle) {
        return new TorchZip().entry("archive/data.pkl", pickle);
    }

    /// An archive whose pickle holds `value`.
    static TorchZip of(Object value) {
        return of(PickleWriter.pickle(value));
    }

    TorchZip entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    TorchZip byteOrder(String order) {
        return entry("archive/byteorder", order.getBytes(StandardCharsets.US_ASCII));
    }

    TorchZip storage(String key, byte[] content) {
        return entry("archive/data/" + key, content);
    }

    TorchZip floats(String key, float... values) {
        return storage(key, floatBytes(ByteOrder.LITTLE_ENDIAN, values));
    }

    TorchZip longs(String key, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return storage(key, bytes.array());
    }

    TorchZip compressed() {
        method = ZipEntry.DEFLATED;
        return this;
    }

    static byte[] floatBytes(ByteOrder order, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(order);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    byte[] pickle() {
        return entries.get("archive/data.pkl");
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> named : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(named.getKey());
                CRC32 checksum = new CRC32();
                checksum.update(named.getValue());
                entry.setMethod(method);
                entry.setSize(named.getValue().length);
                entry.setCrc(checksum.getValue());
                zip.putNextEntry(entry);
                zip.write(named.getValue());
                zip.closeEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    Path write(Path folder) {
        try {
            return Files.write(Files.createTempFile(folder, "crafted", ".pt"), bytes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
