package io.yolofit.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
    @TempDir
    Path folder;

    private static TensorData raw(ElementType type, int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) bytes[i];
        }
        return new TensorData(type, new long[] {data.length / type.bytes()}, MemorySegment.ofArray(data));
    }

    static Weights mixed() {
        SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("flag", raw(ElementType.BOOL, 1, 0, 1));
        tensors.put("half", raw(ElementType.F16, 0, 0x3c, 0, 0xc0, 0xff, 0x7b));
        tensors.put("größe \"1\"", TensorData.of(new float[] {1.5f, -2, 3, 4, 5, 6}, 1, 2, 3));
        tensors.put("count", TensorData.of(new long[] {Long.MAX_VALUE}));
        tensors.put("empty", TensorData.of(new float[0], 3, 0));
        return new Weights(tensors, Map.of("epoch", "7", "note", "line\nbreak"));
    }

    @Test
    void readsWrittenTensorsInTheSameOrder() {
        Path file = folder.resolve("w.safetensors");

        SafetensorsFile.write(file, mixed());
        Weights read = SafetensorsFile.read(file);

        assertThat(read).isEqualTo(mixed());
        assertThat(read.names()).containsExactlyElementsOf(mixed().names());
    }

    @Test
    void writesTheBytesOfTheFormat() throws IOException {
        SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("b", raw(ElementType.U8, 9));
        tensors.put("a", TensorData.of(new float[] {1}, 1));
        Path file = folder.resolve("w.safetensors");

        SafetensorsFile.write(file, new Weights(tensors, Map.of("k", "v")));

        String json = "{\"__metadata__\":{\"k\":\"v\"},\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[4,5]},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        String padded = json + " ".repeat((8 - json.length() % 8) % 8);
        ByteBuffer expected = ByteBuffer.allocate(8 + padded.length() + 5).order(ByteOrder.LITTLE_ENDIAN);
        expected.putLong(padded.length()).put(padded.getBytes(StandardCharsets.UTF_8)).putFloat(1).put((byte) 9);
        assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
    }

    @Test
    void alignsEveryTensorToItsElements() {
        SafetensorsHeader header = SafetensorsHeader.of(mixed());

        assertThat(header.entries().values()).allSatisfy(
                entry -> assertThat(entry.begin() % entry.type().bytes()).isZero());
        header.requireCover(mixed().byteSize(), "w");
    }

    @Test
    void writesAndReadsAFileWithoutTensors() {
        Path file = folder.resolve("none.safetensors");

        SafetensorsFile.write(file, new Weights(new LinkedHashMap<>()));

        assertThat(SafetensorsFile.read(file)).isEqualTo(new Weights(new LinkedHashMap<>()));
    }

    @ParameterizedTest(name = "{0} with {1} bytes: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        [] | 0 | does not start with '{'
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]} | 8 | not the JSON it should be
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}x | 8 | not the JSON it should be
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}{} | 8 | something follows
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}} | 12 | needs 8 bytes, but data_offsets [0, 12] hold 12
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}} | 8 | ends at byte 0, before its start 8
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | 7 | cover 8 bytes, 'a' being last, but the file has 7
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | 9 | cover 8 bytes, 'a' being last, but the file has 9
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}} | 12 | leaves a hole of 4 bytes after the start
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}} | 8 | needs dtype, shape and two data_offsets
        {"a":{"shape":[2],"data_offsets":[0,8]}} | 8 | needs dtype, shape and two data_offsets
        {"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}} | 8 | dtype F8_E4M3
        {"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}} | 8 | holds '-2', not a count
        {"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}} | 8 | holds '2.0', not a count
        {"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}} | 8 | shape is not an array
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}} | 8 | unknown key 'x'
        {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}} | 8 | not the JSON it should be
        {"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}} | 0 | more bytes than 64 bits
        {"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{}} | 0 | Duplicate field 'a'
        {"__metadata__":{"n":1}} | 0 | 'n' is not a string but 1
        {"__metadata__":[]} | 0 | not a map of strings
        {"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}} | 0 | empty name
        {"a":7} | 0 | not described by an object
        """)
    void refusesEveryViolationOfTheFormat(String json, int dataBytes, String message) throws IOException {
        byte[] header = json.getBytes(StandardCharsets.UTF_8);
        Path file = write(header.length, header, dataBytes);

        assertThatThrownBy(() -> SafetensorsFile.read(file)).isInstanceOf(WeightsException.class)
                .hasMessageContaining(message).hasMessageContaining(file.toString())
                .hasMessageMatching("(?s).*\\R {4}(if|check|copy|convert|give|load|save|wait|write) .*");
    }

    @Test
    void refusesTensorsThatOverlapOrLeaveAHole() throws IOException {
        String json = """
                {"b":{"dtype":"U8","shape":[2],"data_offsets":[%d,%d]},
                "a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""";
        byte[] overlap = json.formatted(1, 3).getBytes(StandardCharsets.UTF_8);
        byte[] hole = json.formatted(3, 5).getBytes(StandardCharsets.UTF_8);

        Path overlapping = write(overlap.length, overlap, 3);
        assertThatThrownBy(() -> SafetensorsFile.read(overlapping)).isInstanceOf(WeightsException.class)
                .hasMessageContaining("'b' starts at byte 1 and overlaps 'a', which ends at 2");
        Path holed = write(hole.length, hole, 5);
        assertThatThrownBy(() -> SafetensorsFile.read(holed)).isInstanceOf(WeightsException.class)
                .hasMessageContaining("'b' starts at byte 3 and leaves a hole of 1 bytes after 'a', which ends at 2");
    }

    @ParameterizedTest
    @CsvSource({"-1", "101", "9223372036854775807", "1000000000000"})
    void refusesAHeaderLongerThanTheFile(long claimed) throws IOException {
        Path file = write(claimed, new byte[100], 0);

        assertThatThrownBy(() -> SafetensorsFile.read(file)).isInstanceOf(WeightsException.class)
                .hasMessageContaining(Long.toUnsignedString(claimed)).hasMessageContaining("100 follow");
    }

    @Test
    void refusesAHeaderThatIsNotUtf8() throws IOException {
        Path file = write(4, new byte[] {'{', '"', (byte) 0xff, '"'}, 0);

        assertThatThrownBy(() -> SafetensorsFile.read(file)).hasMessageContaining("not UTF-8");
    }

    @Test
    void refusesFilesThatAreTooShortOrMissing() throws IOException {
        Path tiny = Files.write(folder.resolve("tiny"), new byte[7]);

        assertThatThrownBy(() -> SafetensorsFile.read(tiny)).isInstanceOf(WeightsException.class)
                .hasMessageContaining("7 bytes");
        assertThatThrownBy(() -> SafetensorsFile.read(folder.resolve("absent"))).isInstanceOf(WeightsException.class)
                .hasMessageContaining("absent").hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> SafetensorsFile.read(folder)).isInstanceOf(WeightsException.class);
    }

    @Test
    void suggestsThatAZipIsACheckpoint() throws IOException {
        Path file = Files.write(folder.resolve("x"), TorchZip.of(Map.of()).bytes());

        assertThatThrownBy(() -> SafetensorsFile.read(file)).hasMessageContaining("perhaps a PyTorch checkpoint");
    }

    private Path write(long claimedHeader, byte[] header, int dataBytes) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(folder.resolve("malformed.safetensors"), bytes.putLong(claimedHeader).put(header).array());
    }
}
