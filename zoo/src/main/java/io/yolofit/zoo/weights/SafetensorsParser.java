package io.yolofit.zoo.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// Parses the header of a safetensors file token by token, so that a hostile header cannot build a large tree.
final class SafetensorsParser {
    static final String REMEDY = "write the file again with the tool that made it, or download it again";
    /// Limit of dimensions, far above those of real tensors.
    private static final int MAX_RANK = 64;

    private final JsonParser json;
    private final String file;
    private final SequencedMap<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafetensorsParser(JsonParser json, String file) {
        this.json = json;
        this.file = file;
    }

    /// Parses a header and checks each entry; [SafetensorsHeader#requireCover] checks how entries fit together.
    static SafetensorsHeader parse(byte[] header, String file) {
        if (header.length == 0 || header[0] != '{') {
            throw new WeightsException("the header does not start with '{'", file,
                    "check that this is a safetensors file");
        }
        JsonFactory factory = JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
        try (JsonParser json = factory.createParser(decode(header, file))) {
            SafetensorsParser parser = new SafetensorsParser(json, file);
            parser.readAll();
            return new SafetensorsHeader(parser.entries, parser.metadata);
        } catch (JsonProcessingException malformed) {
            String where = malformed.getLocation() == null ? ""
                    : " at character " + malformed.getLocation().getCharOffset();
            throw new WeightsException("the header is not the JSON it should be%s: %s".formatted(
                    where, malformed.getOriginalMessage()), file, REMEDY, malformed);
        } catch (IOException impossible) {
            throw new WeightsException("the header cannot be read", file, REMEDY, impossible);
        }
    }

    private static String decode(byte[] header, String file) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
        } catch (CharacterCodingException malformed) {
            throw new WeightsException("the header is not UTF-8 text", file, REMEDY, malformed);
        }
    }

    private void readAll() throws IOException {
        require(json.nextToken() == JsonToken.START_OBJECT, "the header is not a JSON object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            if (name.equals(Weights.METADATA_KEY)) {
                readMetadata();
            } else {
                entries.put(name, readEntry(name));
            }
        }
        require(json.nextToken() == null, "something follows the header's JSON object");
    }

    private void readMetadata() throws IOException {
        require(json.currentToken() == JsonToken.START_OBJECT, Weights.METADATA_KEY + " is not a map of strings");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            require(json.nextToken() == JsonToken.VALUE_STRING,
                    Weights.METADATA_KEY + " '" + key + "' is not a string but " + json.getText());
            metadata.put(key, json.getText());
        }
    }

    private SafetensorsHeader.Entry readEntry(String name) throws IOException {
        require(!name.isEmpty(), "a tensor has an empty name");
        require(json.currentToken() == JsonToken.START_OBJECT, "tensor '" + name + "' is not described by an object");
        ElementType type = null;
        long[] shape = null;
        long[] offsets = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            json.nextToken();
            switch (key) {
                case "dtype" -> type = readType(name);
                case "shape" -> shape = readLongs(name, key);
                case "data_offsets" -> offsets = readLongs(name, key);
                default -> throw problem("tensor '%s' has an unknown key '%s'".formatted(name, key));
            }
        }
        require(type != null && shape != null && offsets != null && offsets.length == 2,
                "tensor '" + name + "' needs dtype, shape and two data_offsets");
        require(offsets[0] <= offsets[1],
                "tensor '%s' ends at byte %d, before its start %d".formatted(name, offsets[1], offsets[0]));
        requireSize(name, type, shape, offsets);
        return new SafetensorsHeader.Entry(type, shape, offsets[0], offsets[1]);
    }

    private void requireSize(String name, ElementType type, long[] shape, long[] offsets) {
        try {
            long expected = type.byteSize(shape);
            long stated = offsets[1] - offsets[0];
            require(expected == stated, "tensor '%s' is %s %s and needs %d bytes, but data_offsets %s hold %d"
                    .formatted(name, type, Arrays.toString(shape), expected, Arrays.toString(offsets), stated));
        } catch (ArithmeticException overflow) {
            throw problem("tensor '%s' is %s %s, more bytes than 64 bits can count".formatted(
                    name, type, Arrays.toString(shape)));
        }
    }

    private ElementType readType(String name) throws IOException {
        String text = json.getText();
        return ElementType.named(text).orElseThrow(() -> new WeightsException(
                "tensor '%s' has dtype %s, which is not among %s".formatted(
                name, text, Arrays.toString(ElementType.values())), file,
                "convert the tensor to F32, F16 or BF16 where it was made"));
    }

    private long[] readLongs(String name, String key) throws IOException {
        require(json.currentToken() == JsonToken.START_ARRAY, "tensor '%s': %s is not an array".formatted(name, key));
        long[] values = new long[MAX_RANK];
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            require(json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getLongValue() >= 0,
                    "tensor '%s': %s holds '%s', not a count".formatted(name, key, json.getText()));
            require(count < MAX_RANK, "tensor '%s': %s has more than %d numbers".formatted(name, key, MAX_RANK));
            values[count++] = json.getLongValue();
        }
        return Arrays.copyOf(values, count);
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw problem(problem);
        }
    }

    private WeightsException problem(String problem) {
        return new WeightsException(problem, file, REMEDY);
    }
}
