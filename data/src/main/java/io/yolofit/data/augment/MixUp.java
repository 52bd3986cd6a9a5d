package io.yolofit.data.augment;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;

/// Blends two samples of one size, about half and half; the result has the objects of both (Zhang et al. 2018).
final class MixUp {
    private static final int BETA = 32;

    private MixUp() {
    }

    /// Blends `other` into the pixels of `scene`, which the caller made.
    static Scene apply(Draws draws, Scene scene, Scene other) {
        double weight = draws.beta(BETA, BETA);
        opencv_core.addWeighted(scene.pixels(), weight, other.pixels(), 1 - weight, 0, scene.pixels());
        List<Target> targets = new ArrayList<>(scene.targets());
        targets.addAll(other.targets());
        return new Scene(scene.pixels(), targets);
    }
}
