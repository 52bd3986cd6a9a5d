package io.yolofit.train.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/// A file in ONNX Runtime, without any code of ours. Its types are in no signature of a test class, because JUnit loads
/// test classes on GPU hosts too, which have no ONNX Runtime.
final class OrtFile {
    private OrtFile() {
    }

    /// The output `output0` of one image, `[4 + classes, anchors]`.
    static float[][] run(Path file, float[] planes, int height, int width) {
        OrtEnvironment environment = environment();
        try (var options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(file.toString(), options);
                OnnxTensor images = OnnxTensor.createTensor(environment, FloatBuffer.wrap(planes),
                        new long[] {1, 3, height, width});
                OrtSession.Result result = session.run(Map.of("images", images))) {
            return ((float[][][]) result.get("output0").orElseThrow().getValue())[0];
        } catch (OrtException failure) {
            throw new AssertionError(failure);
        }
    }

    static Map<String, String> metadata(Path file) {
        try (var options = new OrtSession.SessionOptions();
                OrtSession session = environment().createSession(file.toString(), options)) {
            return session.getMetadata().getCustomMetadata();
        } catch (OrtException failure) {
            throw new AssertionError(failure);
        }
    }

    private static OrtEnvironment environment() {
        return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    }
}
