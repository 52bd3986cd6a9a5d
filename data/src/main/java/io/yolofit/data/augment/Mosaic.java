package io.yolofit.data.augment;

import java.util.ArrayList;
import java.util.List;

/// Four images on a grey canvas of twice the size, their corners meeting at a random point of its middle.
/// ```
///     0 +-----+--------+ 2s
///       |  own|1       |       the point (x, y) lies in [s/2, 3s/2]^2;
///       +-----+--------+ y     what falls off the canvas is cut;
///       |    2|3       |       the affine step then shows the canvas's middle, s x s
///       +-----+--------+
///             x
/// ```
/// The affine step interpolates across seams as if the canvas were one image, as the reference does.
final class Mosaic {
    private static final int TILES = 4;

    private Mosaic() {
    }

    static Collage compose(Draws draws, Scenes scenes, int size) {
        int x = (int) draws.uniform(size / 2.0, 1.5 * size);
        int y = (int) draws.uniform(size / 2.0, 1.5 * size);
        List<Collage.Patch> patches = new ArrayList<>();
        List<Target> targets = new ArrayList<>();
        try {
            for (int tile = 0; tile < TILES; tile++) {
                Scene scene = tile == 0 ? scenes.own() : scenes.partner(draws);
                int left = tile % 2 == 0 ? x - scene.width() : x;
                int top = tile < 2 ? y - scene.height() : y;
                patches.add(Collage.Patch.of(scene.pixels(), left, top));
                addTargets(scene, left, top, 2 * size, targets);
            }
        } catch (RuntimeException e) {
            patches.forEach(patch -> patch.mat().close());
            throw e;
        }
        return new Collage(patches, 2 * size, 2 * size, targets);
    }

    private static void addTargets(Scene scene, int left, int top, int canvasSize, List<Target> targets) {
        for (Target target : scene.targets()) {
            Target placed = target.shift(left, top).clip(canvasSize, canvasSize);
            if (placed.box().area() > 0) {
                targets.add(placed);
            }
        }
    }
}
