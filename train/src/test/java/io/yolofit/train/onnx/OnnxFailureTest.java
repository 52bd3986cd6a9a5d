package io.yolofit.train.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnxruntime.OrtException;
import io.yolofit.engine.testing.Engines;
import io.yolofit.zoo.onnx.OnnxSettings;
import io.yolofit.zoo.weights.WeightsException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Failures of ONNX Runtime have our words; its own text is the cause's.
class OnnxFailureTest {
    private static final Path FILE = Path.of("model.onnx");
    private static final String TEXT = "/onnxruntime_src/core/graph.cc:12 GetElementType is not implemented";

    @TempDir
    Path folder;

    private static void assertOurs(WeightsException failure, String where) {
        assertThat(failure.where()).isEqualTo(where);
        assertThat(failure.remedy()).isNotEmpty();
        assertThat(failure).hasCauseInstanceOf(OrtException.class);
        assertThat(failure.getMessage()).doesNotContain("Error code", "onnxruntime_src", "protobuf", "Protobuf",
                failure.getCause().getMessage());
    }

    @BeforeEach
    void needsOnnxRuntime() { // which machines with libtorch have
        Engines.assumeCpu();
    }

    @Test
    void noTextOfTheRuntimeIsInAMessage() {
        for (var code : OrtException.OrtErrorCode.values()) {
            var cause = new OrtException(code, TEXT);
            assertOurs(OnnxFailure.reading(FILE, cause), FILE.toString());
            assertOurs(OnnxFailure.running(FILE, new long[] {2, 3, 64, 96}, cause), FILE.toString());
            assertOurs(OnnxFailure.closing(FILE, cause), FILE.toString());
        }
    }

    @Test
    void aDamagedFileIsNoModel() throws IOException {
        Path file = Files.write(folder.resolve("damaged.onnx"), new byte[] {8, 10, 18, 7, 1, 2});
        WeightsException failure = catchThrowableOfType(WeightsException.class, () -> OnnxDetector.open(file, 1));
        assertOurs(failure, file.toString());
        assertThat(failure.what()).isEqualTo("the file is not an ONNX model, or it was cut short");
    }

    @Test
    void imagesThatTheModelDoesNotTakeAreNamed() throws IOException {
        ExportedModel exported = ExportedModel.of("yolov8n");
        Path file = exported.export(folder, OnnxSettings.of(64, 64));
        MemorySegment pixels = MemorySegment.ofArray(new byte[32 * 96 * 3]);
        try (OnnxDetector detector = OnnxDetector.open(file, 1)) {
            WeightsException failure = catchThrowableOfType(WeightsException.class,
                    () -> detector.run(pixels, 1, 32, 96));
            assertOurs(failure, file.toString());
            assertThat(failure.what()).isEqualTo("the model does not take 1 image of 96x32 px");
            assertThat(failure.remedy()).contains("imgsz=", "dynamic=true");
        }
    }
}
