package io.yolofit.data.augment;

import java.util.ArrayList;
import java.util.List;

/// Four images on a gray canvas of twice the size; their corners meet at a random point near the center.
/// ```
///     0 +-----+--------+ 2s
///       |  own|1       |       the point (x, y) is uniform in [s/2, 3s/2]^2;
///       +-----+--------+ y     images are clipped to the canvas;
///       |    2|3       |       the affine step crops the center, s x s
///       +-----+--------+
///             x
/// ```
/// The affine step interpolates across tile borders as if the canvas were one image, as the reference does.
final class Mosaic {
    private static final int TILES = 4;

    private Mosaic() {
    }

    static PatchCanvas compose(RandomStream random, SourceImages sources, int size) {
        int x = (int) random.uniform(size / 2.0, 1.5 * size);
        int y = (int) random.uniform(size / 2.0, 1.5 * size);
        List<PatchCanvas.Patch> patches = new ArrayList<>();
        List<Target> targets = new ArrayList<>();
        try {
            for (int tile = 0; tile < TILES; tile++) {
                LabeledPixels image = tile == 0 ? sources.own() : sources.partner(random);
                int left = tile % 2 == 0 ? x - image.width() : x;
                int top = tile < 2 ? y - image.height() : y;
                patches.add(PatchCanvas.Patch.of(image.pixels(), left, top));
                addTargets(image, left, top, 2 * size, targets);
            }
        } catch (RuntimeException e) {
            patches.forEach(patch -> patch.mat().close());
            throw e;
        }
        return new PatchCanvas(patches, 2 * size, 2 * size, targets);
    }

    private static void addTargets(LabeledPixels image, int left, int top, int canvasSize, List<Target> targets) {
        for (Target target : image.targets()) {
            Target placed = target.shift(left, top).clip(canvasSize, canvasSize);
            if (placed.box().area() > 0) {
                targets.add(placed);
            }
        }
    }
}
