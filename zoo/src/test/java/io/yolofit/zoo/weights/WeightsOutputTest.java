package io.yolofit.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.base.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsOutputTest {
    @TempDir
    Path folder;

    /// A disk with space for `room` bytes, backed by the real one.
    private record FullDisk(AtomicFile.Sink real, long[] room) implements AtomicFile.Sink {
        static AtomicFile.Opener of(long room) {
            return temporary -> new FullDisk(AtomicFile.createOnDisk(temporary), new long[] {room});
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            int fits = (int) Math.min(room[0], bytes.remaining());
            room[0] -= fits;
            real.write(bytes.slice(bytes.position(), fits));
            if (fits < bytes.remaining()) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void force() throws IOException {
            real.force();
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }

    private static Weights weights(float value) {
        SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("w", TensorData.of(new float[] {value, value}, 2));
        return new Weights(tensors);
    }

    private List<Path> filesInFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @ParameterizedTest(name = "{0} bytes fit")
    @ValueSource(longs = {0, 7, 8, 20, 63, 64, 71})
    void keepsThePreviousFileIfTheDiskIsFull(long room) throws IOException {
        Path file = folder.resolve("last.safetensors");
        SafetensorsFile.write(file, weights(1));
        assertThat(Files.size(file)).isEqualTo(72);

        assertThatThrownBy(() -> SafetensorsFile.write(file, weights(2), FullDisk.of(room)))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("could not write " + Files.size(file) + " bytes")
                .hasMessageContaining("No space left on device")
                .hasMessageMatching("(?s).*\\d+ bytes are free there.*")
                .hasMessageContaining("the previous file is untouched");

        assertThat(SafetensorsFile.read(file)).isEqualTo(weights(1));
        assertThat(filesInFolder()).containsExactly(file);
    }

    @Test
    void leavesNoFileIfThereWasNone() throws IOException {
        assertThatThrownBy(() -> SafetensorsFile.write(folder.resolve("new"), weights(2), FullDisk.of(10)))
                .hasMessageContaining("no file was written");

        assertThat(filesInFolder()).isEmpty();
    }

    @Test
    void replacesTheFileAndLeavesNoOtherFile() throws IOException {
        Path file = folder.resolve("last.safetensors");

        SafetensorsFile.write(file, weights(1));
        SafetensorsFile.write(file, weights(2), FullDisk.of(Files.size(file)));

        assertThat(SafetensorsFile.read(file)).isEqualTo(weights(2));
        assertThat(filesInFolder()).containsExactly(file);
    }

    /// A channel copies a buffer of the Java heap to native memory as a whole, and keeps that memory for its thread.
    @Test
    void writesLargeTensorsInPartsFromNativeMemory() {
        float[] values = new float[3 << 18];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("w", TensorData.over(values, values.length));
        Weights weights = new Weights(tensors);
        Path file = folder.resolve("large.safetensors");
        List<ByteBuffer> onHeap = new ArrayList<>();
        SafetensorsFile.write(file, weights, temporary -> new Recording(AtomicFile.createOnDisk(temporary), onHeap));
        assertThat(onHeap).hasSize(2).allMatch(buffer -> buffer.capacity() < 1 << 10); // length and header
        assertThat(SafetensorsFile.read(file)).isEqualTo(weights);
    }

    /// Records buffers that are on the Java heap or larger than 1 MiB.
    private record Recording(AtomicFile.Sink real, List<ByteBuffer> onHeap) implements AtomicFile.Sink {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (!bytes.isDirect() || bytes.remaining() > 1 << 20) {
                onHeap.add(bytes);
            }
            real.write(bytes);
        }

        @Override
        public void force() throws IOException {
            real.force();
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }

    @Test
    void errorNamesTheMissingFolder() {
        assertThatThrownBy(() -> SafetensorsFile.write(folder.resolve("no/such/w.safetensors"), weights(1)))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining(folder.resolve("no/such") + " does not exist");
    }

    @Test
    void doesNotReplaceAFolder() throws IOException {
        Path occupied = Files.createDirectories(folder.resolve("w/inner")).getParent();

        assertThatThrownBy(() -> SafetensorsFile.write(occupied, weights(1))).isInstanceOf(WeightsException.class);

        assertThat(filesInFolder()).containsExactly(occupied);
    }
}
