package io.yolofit.zoo.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Header of a safetensors file: the data range of each tensor. The format is documented at the package.
record SafetensorsHeader(SequencedMap<String, Entry> entries, Map<String, String> metadata) {
    /// The format's limit of the header, in bytes.
    static final long MAX_BYTES = 100_000_000;
    /// Alignment of the data in the file, in bytes; the header is padded to it.
    private static final int ALIGNMENT = 8;

    /// One tensor; `begin` and `end` in bytes from the start of the data.
    record Entry(ElementType type, long[] shape, long begin, long end) {
        long byteSize() {
            return end - begin;
        }

        @Override
        public String toString() {
            return "%s %s at [%d, %d]".formatted(type, Arrays.toString(shape), begin, end);
        }
    }

    /// The header for `weights`. Wide types come first in the data, so that every tensor is aligned without holes,
    /// which the format forbids; names keep their order.
    static SafetensorsHeader of(Weights weights) {
        List<String> placed = new ArrayList<>(weights.names());
        placed.sort(Comparator.comparing(name -> -weights.get(name).type().bytes()));
        SequencedMap<String, Entry> entries = new LinkedHashMap<>();
        weights.names().forEach(name -> entries.put(name, null));
        long begin = 0;
        for (String name : placed) {
            TensorData tensor = weights.get(name);
            entries.put(name, new Entry(tensor.type(), tensor.shape(), begin, begin + tensor.byteSize()));
            begin += tensor.byteSize();
        }
        return new SafetensorsHeader(entries, weights.metadata());
    }

    /// Names in the order of their data.
    List<String> namesByPlace() {
        List<String> names = new ArrayList<>(entries.keySet());
        names.sort(Comparator.<String>comparingLong(name -> entries.get(name).begin())
                .thenComparingLong(name -> entries.get(name).end()));
        return names;
    }

    /// Requires that the tensors cover `dataBytes` bytes exactly, without overlaps and holes.
    void requireCover(long dataBytes, String file) {
        long covered = 0;
        String previous = "the start of the data";
        for (String name : namesByPlace()) {
            Entry entry = entries.get(name);
            if (entry.begin() != covered) {
                String what = entry.begin() < covered ? "overlaps" : "leaves a hole of "
                        + (entry.begin() - covered) + " bytes after";
                throw new WeightsException("tensor '%s' starts at byte %d and %s %s, which ends at %d".formatted(
                        name, entry.begin(), what, previous, covered), file, SafetensorsParser.REMEDY);
            }
            covered = entry.end();
            previous = "'" + name + "'";
        }
        if (covered != dataBytes) {
            throw new WeightsException("the tensors cover %d bytes, %s being last, but the file has %d bytes of data"
                    .formatted(covered, previous, dataBytes), file, covered > dataBytes
                    ? "copy or download the file again: it was cut short" : SafetensorsParser.REMEDY);
        }
    }

    /// The header as JSON, padded with spaces so that the data after it is aligned.
    byte[] toJson() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(Weights.METADATA_KEY);
                for (Map.Entry<String, String> pair : metadata.entrySet()) {
                    json.writeStringField(pair.getKey(), pair.getValue());
                }
                json.writeEndObject();
            }
            for (Map.Entry<String, Entry> pair : entries.entrySet()) {
                Entry entry = pair.getValue();
                json.writeObjectFieldStart(pair.getKey());
                json.writeStringField("dtype", entry.type().name());
                json.writeFieldName("shape");
                json.writeArray(entry.shape(), 0, entry.shape().length);
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {entry.begin(), entry.end()}, 0, 2);
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        byte[] text = out.toByteArray();
        byte[] padded = Arrays.copyOf(text, Math.ceilDiv(text.length, ALIGNMENT) * ALIGNMENT);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        return padded;
    }
}
