package io.yolofit.api.model;

import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.RECT;

import io.yolofit.api.device.Engines;
import io.yolofit.base.Failure;
import io.yolofit.base.Messages;
import io.yolofit.base.YoloFitException;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.ImageSize;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.zoo.model.ModelFile;
import java.nio.file.Files;
import java.nio.file.Path;

/// The model that `model=` of `val` and `predict` names, with the options completed by what its file records.
public record InferenceInput(InferenceModel model, Options options) {
    public static InferenceInput of(Options given, Messages log) {
        String name = given.get(MODEL);
        if (OnnxModel.isOnnx(name)) {
            return ofOnnx(given, Path.of(name), log);
        }
        ModelFile file = ModelChoice.trained(name);
        ModelChoice.warning(name, file).ifPresent(log::warn);
        return new InferenceInput(new WeightsModel(file),
                TrainedOptions.applied(given, ModelInput.trainingOptions(name, file), log));
    }

    /// Requires that the device is there, unless the model is an ONNX file, which runs on the CPU.
    ///
    /// @throws io.yolofit.api.device.DeviceSelection.NotThere if the requested GPU cannot be used
    public static void requireDevice(Options given) {
        if (!OnnxModel.isOnnx(given.get(MODEL))) {
            Engines.require(given);
        }
    }

    private static InferenceInput ofOnnx(Options given, Path file, Messages log) {
        if (!Files.exists(file)) {
            throw new YoloFitException(Failure.naming(file, "there is no file '" + file + "'",
                    "give an exported model that exists"));
        }
        OnnxModel model = OnnxModel.read(file);
        ImageSize size = new ImageSize(model.metadata().height(), model.metadata().width());
        boolean fixed = model.hasFixedSize();
        if (fixed && given.isGiven(INFERENCE_SIZE) && !given.get(INFERENCE_SIZE).equals(size)) {
            throw new YoloFitException("the image size of " + file + " is fixed at " + INFERENCE_SIZE.text(size),
                    "imgsz=" + INFERENCE_SIZE.text(given.get(INFERENCE_SIZE)),
                    "export it with that imgsz=, or with dynamic=true");
        }
        if (fixed && given.mode() == Mode.VAL && (size.height() != size.width() || given.get(RECT))) {
            throw given.get(RECT)
                    ? new YoloFitException(Failure.naming("rect=true",
                            "rect=true needs an ONNX file for any image size: export it with dynamic=true",
                            "export it with dynamic=true"))
                    : new YoloFitException(Failure.naming(file, "val needs square images, but " + file + " takes "
                            + INFERENCE_SIZE.text(size), "export it with dynamic=true"));
        }
        if (given.isGiven(INFERENCE_SIZE)) {
            return new InferenceInput(model, given);
        }
        log.line("as the model was exported: imgsz=" + INFERENCE_SIZE.text(size));
        return new InferenceInput(model, given.with(INFERENCE_SIZE, size, "as the model was exported"));
    }

    /// The options with an image size that the model takes.
    public Options withSize(Messages log) {
        return ModelInput.withInferenceSize(options, model.stride(), switch (model) {
            case WeightsModel weights -> weights.file().model().name();
            case OnnxModel onnx -> onnx.file().toString();
        }, log);
    }
}
