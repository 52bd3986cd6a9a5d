package io.yolofit.api;

import static io.yolofit.train.options.OptionTable.AGNOSTIC_NMS;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.DYNAMIC;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.HALF;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.IOU;
import static io.yolofit.train.options.OptionTable.MAX_DET;
import static io.yolofit.train.options.OptionTable.NMS;
import static io.yolofit.train.options.OptionTable.OPSET;
import static io.yolofit.train.options.OptionTable.RECT;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static io.yolofit.train.options.OptionTable.SPLIT;
import static io.yolofit.train.options.OptionTable.TF32;
import static io.yolofit.train.options.OptionTable.THREADS;
import static io.yolofit.train.options.OptionTable.WORKERS;
import static java.util.Objects.requireNonNull;

import io.yolofit.api.model.ImagePrediction;
import io.yolofit.api.model.ModelExport;
import io.yolofit.api.model.ModelInput;
import io.yolofit.api.model.OnnxModel;
import io.yolofit.api.model.SplitValidation;
import io.yolofit.api.model.WeightsModel;
import io.yolofit.base.YoloFitException;
import io.yolofit.data.image.RgbImage;
import io.yolofit.train.inference.Predictor;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.value.ImageSize;
import io.yolofit.zoo.model.LayerSummary;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/// A trained model: detects objects, measures its accuracy on a dataset, and is exported.
///
/// ```java
/// try (Yolo model = Yolo.load(Path.of("best.safetensors"), "conf=0.4")) {
///     model.predict(Path.of("image.jpg")).objects().forEach(System.out::println);
/// }
/// ```
///
/// Options are those of the commands `predict`, `val` and `export`, as `name=value`; image size and classes default to
/// those of the training.
///
/// Thread-safe. One thread of the model runs one batch at a time with all cores or the whole GPU; images are decoded on
/// the threads of the callers. The model opens its device with the first prediction and owns that memory until
/// [#close()], which waits for running predictions; images are copied, and never kept.
public final class Yolo implements AutoCloseable {
    private static final double GIGA = 1e9;
    private static final Set<Option<?>> OF_PREDICTION = Set.of(INFERENCE_SIZE, BATCH, DEVICE, THREADS, HALF, TF32, CONF,
            IOU, MAX_DET, CLASSES, AGNOSTIC_NMS, NMS);
    private static final Set<Option<?>> OF_VALIDATION = Set.of(INFERENCE_SIZE, BATCH, DEVICE, THREADS, HALF, TF32, CONF,
            IOU, MAX_DET, CLASSES, AGNOSTIC_NMS, NMS, SPLIT, SINGLE_CLS, RECT, WORKERS, CACHE);
    private static final Set<Option<?>> OF_EXPORT = Set.of(INFERENCE_SIZE, BATCH, HALF, DYNAMIC, NMS, OPSET, CONF, IOU,
            MAX_DET, AGNOSTIC_NMS, EXIST_OK);

    private final Path file;
    private final ImagePrediction prediction;
    private final InferenceThread thread;

    private Yolo(Path file, ImagePrediction prediction) {
        this.file = file;
        this.prediction = prediction;
        thread = new InferenceThread(prediction);
    }

    /// Reads a model.
    ///
    /// @param file    weights (`.safetensors`, `.pt`) or an exported model (`.onnx`)
    /// @param options of `predict`: `conf`, `iou`, `imgsz`, `device`, `half`, `classes`, `max_det`, ...
    /// @throws YoloFitException if the file cannot be read, or an option is wrong
    public static Yolo load(Path file, String... options) {
        requireNonNull(file, "file");
        requireNonNull(options, "options");
        return Failures.translated(file.toString(), () -> new Yolo(file, ImagePrediction.of(OptionWords.parse(
                Mode.PREDICT, List.of("model=" + file, "source=."), OF_PREDICTION, options), LibraryLog.messages())));
    }

    /// Detects objects in an image file.
    ///
    /// @throws YoloFitException if it cannot be read
    public Prediction predict(Path image) {
        requireNonNull(image, "image");
        return predict(image, Pixels.of(image));
    }

    /// Detects objects in an image; transparency is ignored. The same objects as in its file, if that was lossless.
    public Prediction predict(BufferedImage image) {
        requireNonNull(image, "image");
        return predict(Path.of(""), Pixels.of(image));
    }

    /// Detects objects in the content of an image file: JPEG, PNG, BMP, WebP or TIFF.
    ///
    /// @param content the bytes from its position to its limit, which are not changed
    /// @throws YoloFitException if it cannot be decoded
    public Prediction predict(ByteBuffer content) {
        requireNonNull(content, "content");
        return predict(Path.of(""), Pixels.of(content));
    }

    private Prediction predict(Path name, RgbImage image) {
        return predict(List.of(new Predictor.Input(name, image))).getFirst();
    }

    /// Detects objects in image files, in batches of `batch=` images.
    ///
    /// @return the predictions, in the order of the images
    /// @throws YoloFitException if one of them cannot be read
    public List<Prediction> predictAll(List<Path> images) {
        requireNonNull(images, "images");
        for (int i = 0; i < images.size(); i++) {
            requireNonNull(images.get(i), "images[" + i + "]");
        }
        int batch = prediction.options().get(BATCH);
        List<Prediction> predictions = new ArrayList<>();
        for (int start = 0; start < images.size(); start += batch) {
            List<Predictor.Input> inputs = new ArrayList<>();
            boolean passed = false;
            try {
                for (Path image : images.subList(start, Math.min(start + batch, images.size()))) {
                    inputs.add(new Predictor.Input(image, Pixels.of(image)));
                }
                passed = true;
            } finally {
                if (!passed) {
                    inputs.forEach(input -> input.image().close());
                }
            }
            predictions.addAll(predict(inputs));
        }
        return List.copyOf(predictions);
    }

    private List<Prediction> predict(List<Predictor.Input> inputs) {
        return Failures.translated(file.toString(), () -> thread.predict(inputs)).stream()
                .map(found -> Prediction.of(found, prediction.model().names())).toList();
    }

    /// Measures the accuracy on a dataset.
    ///
    /// @param data    dataset file (`.yaml`)
    /// @param options of `val`: `split`, `batch`, `imgsz`, `conf`, `iou`, `rect`, `device`, `workers`, `cache`, ...
    /// @throws YoloFitException if the dataset cannot be used, or its classes are not those of the model
    public Validation val(Path data, String... options) {
        requireNonNull(data, "data");
        requireNonNull(options, "options");
        return Failures.translated(data.toString(), () -> SplitValidation.of(OptionWords.parse(Mode.VAL,
                List.of("model=" + file, "data=" + data), OF_VALIDATION, options), prediction.log())
                .run(Validator.Observer.none()));
    }

    /// Writes the model for other programs.
    ///
    /// @param output  its extension is the format: `.onnx`, `.safetensors` or `.pt`
    /// @param options of `export`: `half`, `dynamic`, `nms`, `opset`, `imgsz`, `batch`, `exist_ok`, ...
    /// @return the file
    /// @throws YoloFitException if it exists and `exist_ok` is not given
    public Path export(Path output, String... options) {
        requireNonNull(output, "output");
        requireNonNull(options, "options");
        String name = output.getFileName().toString().toLowerCase(Locale.ROOT);
        String format = name.substring(name.lastIndexOf('.') + 1);
        return Failures.translated(output.toString(), () -> ModelExport.of(OptionWords.parse(Mode.EXPORT,
                List.of("model=" + file, "output=" + output, "format=" + format), OF_EXPORT, options),
                YoloFit.version(), prediction.log()).write().file());
    }

    /// What the file says about the model.
    public ModelInfo info() {
        ImageSize size = prediction.options().get(INFERENCE_SIZE);
        return switch (prediction.model()) {
            case WeightsModel(ModelFile weights) -> {
                Model model = weights.model();
                double flops = model.summary(size.longSide()).stream().mapToDouble(LayerSummary::flops).sum();
                yield new ModelInfo(model.name(), weights.names(), size.height(), size.width(), model.stride(),
                        OptionalLong.of(model.parameterCount()), OptionalDouble.of(flops / GIGA),
                        ModelInput.trainingOptions(file.toString(), weights));
            }
            case OnnxModel onnx -> new ModelInfo(file.getFileName().toString(), onnx.names(), size.height(),
                    size.width(), onnx.stride(), OptionalLong.empty(), OptionalDouble.empty(), Map.of());
        };
    }

    /// Waits for running predictions and frees the device. Predictions after this throw [IllegalStateException].
    @Override
    public void close() {
        thread.close();
    }
}
