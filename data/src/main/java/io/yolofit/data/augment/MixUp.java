package io.yolofit.data.augment;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;

/// Blends two samples of the same size with a weight from Beta(32, 32), about 1/2; the result has the objects of both
/// (Zhang et al. 2018).
final class MixUp {
    private static final int BETA = 32;

    private MixUp() {
    }

    /// Blends `other` into the pixels of `image`, which must not be a view of a cache.
    static LabeledPixels apply(RandomStream random, LabeledPixels image, LabeledPixels other) {
        double weight = random.beta(BETA, BETA);
        opencv_core.addWeighted(image.pixels(), weight, other.pixels(), 1 - weight, 0, image.pixels());
        List<Target> targets = new ArrayList<>(image.targets());
        targets.addAll(other.targets());
        return new LabeledPixels(image.pixels(), targets);
    }
}
