package io.yolofit.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolofit.graph.Value;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Checkpoints of the reference, one per family, with five classes: every tensor has the values of the golden files'
/// generating rule, in half precision.
class FamilyCheckpointTest {
    private static final float ROUNDING = 1f / 1024; // of half precision, after single precision
    private static final float SUBNORMAL = 1e-7f;

    @ParameterizedTest
    @CsvSource({"yolov9t, yolov9t", "yolov10n, yolov10n", "yolo11n, yolo11n", "yolo26n, yolo26n"})
    void everyTensorOfACheckpointIsRead(String file, String model) {
        ModelFile read = ModelFile.read(file(file));
        assertThat(read.model().name()).isEqualTo(model);
        assertThat(read.model().architecture().text())
                .isEqualTo(ArchitectureCatalog.known(model).architecture().text());
        assertThat(read.names()).hasSize(5);
        assertThat(read.model().head().strides()).containsExactly(8, 16, 32);
        for (Value value : read.model().state()) {
            float[] expected = rule(value);
            float[] actual = read.values().get(value.name());
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).as("element %d of %s", i, value.name())
                        .isCloseTo(expected[i], Offset.offset(Math.abs(expected[i]) * ROUNDING + SUBNORMAL));
            }
        }
    }

    private static Path file(String name) {
        String given = System.getProperty("yolofit.reference", "");
        Path file = Path.of(given, "checkpoints", name + "-nc5.pt");
        assumeTrue(!given.isEmpty() && Files.exists(file), "-Dyolofit.reference names no folder with checkpoints/"
                + name + "-nc5.pt");
        return file;
    }

    private static float[] rule(Value value) {
        String name = value.name();
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        float[] values = new float[Math.toIntExact(value.shape().count())];
        boolean matrix = value.shape().rank() > 1;
        double fanIn = matrix ? (double) values.length / value.shape().dim(0) : 1;
        for (int i = 0; i < values.length; i++) {
            double u = uniform(i, crc.getValue());
            values[i] = (float) switch (name.substring(name.lastIndexOf('.') + 1)) {
                case "running_var" -> 1 + 0.5 * u;
                case "running_mean", "bias" -> 0.2 * u;
                default -> matrix ? u * 2 * Math.sqrt(3 / fanIn) : name.endsWith("bn.weight") ? 1 + 0.2 * u : 0.2 * u;
            };
        }
        return Layouts.toGraph(values, value.shape());
    }

    private static float uniform(long i, long seed) {
        int h = (int) (i * 2654435761L + seed * 40503L + 12345L);
        h ^= h >>> 16;
        h *= 0x45d9f3b;
        h ^= h >>> 16;
        return (float) (Integer.toUnsignedLong(h) / 4294967296.0 - 0.5);
    }
}
