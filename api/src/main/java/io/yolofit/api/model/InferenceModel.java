package io.yolofit.api.model;

import io.yolofit.base.Messages;
import io.yolofit.train.options.Options;
import java.util.List;

/// A trained model in a file.
public sealed interface InferenceModel permits WeightsModel, OnnxModel {
    /// Names of the classes.
    List<String> names();

    /// Sides of images are multiples of this, pixels.
    int stride();

    /// Whether all images must have exactly the size of the options.
    boolean hasFixedSize();

    /// Opens the model on the device that the options select.
    OpenModel open(Options options, Messages log);
}
