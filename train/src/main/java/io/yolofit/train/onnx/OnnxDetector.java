package io.yolofit.train.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.yolofit.train.program.Detector;
import io.yolofit.train.program.InferenceSession.Output;
import io.yolofit.zoo.onnx.OnnxExport;
import io.yolofit.zoo.onnx.OnnxMetadata;
import io.yolofit.zoo.weights.WeightsException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/// An ONNX file, run by ONNX Runtime. It reads files of this program and those of the usual exporters: one input
/// `f32[N,3,H,W]` and a first output of predictions `[N, 4 + classes, anchors]` or of detections `[N, most, 6]`.
public final class OnnxDetector implements Detector {
    private static final int COLORS = 3;
    private static final int BOX = 4;

    private final Path file;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String input;
    private final long fixedBatch;
    private final OnnxMetadata metadata;

    private OnnxDetector(Path file, OrtEnvironment environment, OrtSession session) throws OrtException {
        this.file = file;
        this.environment = environment;
        this.session = session;
        metadata = OnnxMetadata.read(session.getMetadata().getCustomMetadata(), file.toString());
        input = session.getInputNames().iterator().next();
        if (!(session.getInputInfo().get(input).getInfo() instanceof TensorInfo info)
                || info.type != OnnxJavaType.FLOAT || info.getShape().length != 4 || info.getShape()[1] != COLORS) {
            throw new WeightsException("the input is " + session.getInputInfo().get(input).getInfo()
                    + ", not a float tensor [N,3,H,W]", file.toString(), OnnxFailure.SOURCE);
        }
        fixedBatch = info.getShape()[0];
    }

    /// Opens a file.
    ///
    /// @param threads 0 for all cores
    /// @throws WeightsException if the file cannot be run, or has no metadata of a detector
    public static OnnxDetector open(Path file, int threads) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            return new OnnxDetector(file, environment, environment.createSession(file.toString(), options));
        } catch (OrtException failure) {
            throw OnnxFailure.reading(file, failure);
        }
    }

    /// What the file tells about its model.
    public OnnxMetadata metadata() {
        return metadata;
    }

    /// Without losses: their items are null.
    @Override
    public Output run(MemorySegment pixels, int images, int height, int width, float[] targets, int[] offsets) {
        return run(pixels, images, height, width);
    }

    /// A file of fixed batch size gets images in parts, the last one filled up with black images.
    @Override
    public Output run(MemorySegment pixels, int images, int height, int width) {
        int part = fixedBatch > 0 ? Math.toIntExact(fixedBatch) : images;
        int row = BOX + metadata.names().size();
        float[] all = new float[0];
        int anchors = 0;
        boolean selected = false;
        for (int first = 0; first < images; first += part) {
            int count = Math.min(part, images - first);
            Output output = part(planes(pixels, first, count, part, height, width), part, height, width);
            anchors = output.anchors();
            selected = output.endToEnd();
            if (all.length == 0) {
                all = new float[images * anchors * row];
            }
            System.arraycopy(output.predictions(), 0, all, first * anchors * row, count * anchors * row);
        }
        return new Output(all, anchors, null, selected || metadata.endToEnd());
    }

    /// Images as `f32[part,3,H,W]`, 0 to 1.
    private static FloatBuffer planes(MemorySegment pixels, int first, int count, int part, int height, int width) {
        int plane = height * width;
        FloatBuffer planes = ByteBuffer.allocateDirect(part * COLORS * plane * Float.BYTES)
                .order(ByteOrder.nativeOrder()).asFloatBuffer();
        for (int image = 0; image < count; image++) {
            long from = (long) (first + image) * COLORS * plane;
            for (int color = 0; color < COLORS; color++) {
                int to = (image * COLORS + color) * plane;
                for (int i = 0; i < plane; i++) {
                    int value = Byte.toUnsignedInt(pixels.get(ValueLayout.JAVA_BYTE, from + (long) i * COLORS + color));
                    planes.put(to + i, value / 255f);
                }
            }
        }
        return planes;
    }

    private Output part(FloatBuffer planes, int images, int height, int width) {
        long[] shape = {images, COLORS, height, width};
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, planes, shape);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            if (!(result.get(0) instanceof OnnxTensor output) || output.getInfo().getShape().length != 3) {
                throw new WeightsException("the first output is not a tensor of three dimensions", file.toString(),
                        OnnxFailure.SOURCE);
            }
            float[] values = new float[output.getFloatBuffer().remaining()];
            output.getFloatBuffer().get(values);
            return rows(values, output.getInfo().getShape());
        } catch (OrtException failure) {
            throw OnnxFailure.running(file, shape, failure);
        }
    }

    private Output rows(float[] values, long[] shape) {
        int classes = metadata.names().size();
        if (metadata.nms() || metadata.endToEnd()) {
            if (shape[2] == OnnxExport.COLUMNS) {
                return new Output(detections(values, classes), Math.toIntExact(shape[1]), null, true);
            }
        } else if (shape[1] == BOX + classes) {
            return new Output(transposed(values, shape), Math.toIntExact(shape[2]), null, false);
        }
        throw new WeightsException("the output has the shape " + Arrays.toString(shape) + ", which does not fit "
                + classes + " classes", file.toString(), OnnxFailure.SOURCE);
    }

    /// `[N, row, anchors]` as `[N, anchors, row]`.
    private static float[] transposed(float[] values, long[] shape) {
        int row = Math.toIntExact(shape[1]);
        int anchors = Math.toIntExact(shape[2]);
        float[] rows = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int image = i / (row * anchors);
            rows[(image * anchors + i % anchors) * row + i / anchors % row] = values[i];
        }
        return rows;
    }

    /// Detections as predictions in which all classes but one have the score 0.
    private static float[] detections(float[] values, int classes) {
        int count = values.length / OnnxExport.COLUMNS;
        float[] rows = new float[count * (BOX + classes)];
        for (int i = 0; i < count; i++) {
            int from = i * OnnxExport.COLUMNS;
            int to = i * (BOX + classes);
            rows[to] = (values[from] + values[from + 2]) / 2;
            rows[to + 1] = (values[from + 1] + values[from + 3]) / 2;
            rows[to + 2] = values[from + 2] - values[from];
            rows[to + 3] = values[from + 3] - values[from + 1];
            rows[to + BOX + (int) values[from + BOX + 1]] = values[from + BOX];
        }
        return rows;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException failure) {
            throw OnnxFailure.closing(file, failure);
        }
    }
}
