package io.yolofit.train.options.value;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Values of `lr_scaling`: how `lr0` follows the images of an update.
public enum LearningRateScaling implements OptionValue {
    /// In proportion to the images of an update over the nominal batch (Goyal et al., 2017).
    LINEAR;

    public static Optional<LearningRateScaling> parse(String text) {
        return Arrays.stream(values()).filter(value -> value.text().equalsIgnoreCase(text.strip())).findFirst();
    }

    @Override
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
