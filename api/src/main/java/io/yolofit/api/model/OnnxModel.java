package io.yolofit.api.model;

import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.HALF;
import static io.yolofit.train.options.OptionTable.THREADS;

import io.yolofit.base.Messages;
import io.yolofit.train.onnx.OnnxDetector;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.Detector;
import io.yolofit.train.program.InputShape;
import io.yolofit.zoo.onnx.OnnxMetadata;
import io.yolofit.zoo.weights.WeightsException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// An ONNX file, for ONNX Runtime on the CPU.
public record OnnxModel(Path file, OnnxMetadata metadata) implements InferenceModel {
    private static final String EXTENSION = ".onnx";
    private static final int ALIGNMENT = 64;

    /// Whether the value of `model=` names an ONNX file.
    public static boolean isOnnx(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(EXTENSION);
    }

    /// @throws WeightsException if the file cannot be run, or has no metadata of a detector
    public static OnnxModel read(Path file) {
        try (OnnxDetector detector = OnnxDetector.open(file, 1)) {
            return new OnnxModel(file, detector.metadata());
        } catch (LinkageError missing) { // on GPU hosts, which get no ONNX Runtime, and on systems it does not support
            throw new WeightsException("ONNX Runtime cannot be loaded", file.toString(),
                    "use a machine with ONNX Runtime, or give a file with weights as model=", missing);
        }
    }

    @Override
    public List<String> names() {
        return metadata.names();
    }

    @Override
    public int stride() {
        return metadata.stride();
    }

    @Override
    public boolean hasFixedSize() {
        return !metadata.dynamic();
    }

    @Override
    public OpenModel open(Options options, Messages log) {
        if (options.get(HALF)) {
            log.warn("half=true has no effect on an ONNX file, whose types are fixed: export it with half=true");
        }
        DeviceChoice device = options.get(DEVICE);
        if (!device.equals(DeviceChoice.AUTO) && !device.equals(DeviceChoice.CPU)) {
            log.warn("device=: ONNX files run on the CPU, with ONNX Runtime");
        }
        if (metadata.nms()) {
            log.warn(file + " contains non-maximum suppression: conf=, iou= and max_det= of its export limit what is "
                    + "found");
        }
        return new WithRuntime(OnnxDetector.open(file, options.get(THREADS)), Arena.ofShared());
    }

    private record WithRuntime(OnnxDetector detector, Arena arena) implements OpenModel {
        @Override
        public MemorySegment memory(long bytes) {
            return arena.allocate(bytes, ALIGNMENT);
        }

        @Override
        public Detector predicting(InputShape largest) {
            return detector;
        }

        @Override
        public Detector validating(List<InputShape> shapes, long capacity) {
            return detector;
        }

        @Override
        public void close() {
            detector.close();
            arena.close();
        }
    }
}
