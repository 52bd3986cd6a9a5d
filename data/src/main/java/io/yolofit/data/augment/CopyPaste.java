package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;

/// Pastes polygon objects a second time, flipped horizontally, where they occlude little of the others.
///
/// An object qualifies if its mirrored box covers less than 30 % of every object's box; of those that do, the given
/// fraction is pasted, least covering first.
final class CopyPaste {
    private static final double LARGEST_COVER = 0.3;

    private CopyPaste() {
    }

    /// Returns a new image; the given one is not changed and stays with the caller.
    static LabeledPixels apply(LabeledPixels image, double fraction) {
        record Candidate(Target mirrored, double cover) {
        }
        List<Candidate> candidates = image.targets().stream().filter(Target::hasPolygon)
                .map(target -> target.flipHorizontal(image.width()))
                .map(mirrored -> new Candidate(mirrored, largestCover(mirrored, image.targets())))
                .filter(candidate -> candidate.cover < LARGEST_COVER)
                .sorted(Comparator.comparingDouble(Candidate::cover)).toList();
        List<Target> pasted = candidates.stream().limit((long) Math.rint(fraction * candidates.size()))
                .map(Candidate::mirrored).toList();
        List<Target> targets = new ArrayList<>(image.targets());
        targets.addAll(pasted);
        return new LabeledPixels(paste(image.pixels(), pasted), targets);
    }

    private static double largestCover(Target mirrored, List<Target> targets) {
        return targets.stream().mapToDouble(target -> target.box().coveredBy(mirrored.box())).max().orElse(0);
    }

    private static Mat paste(Mat pixels, List<Target> pasted) {
        Mat result = pixels.clone();
        if (pasted.isEmpty()) {
            return result;
        }
        try (Scalar outside = new Scalar(0); Scalar inside = new Scalar(255);
                Mat mask = new Mat(pixels.rows(), pixels.cols(), opencv_core.CV_8UC1, outside);
                Mat mirror = Mats.create(pixels.rows(), pixels.cols())) {
            for (Target target : pasted) {
                fill(mask, target.polygon(), inside);
            }
            opencv_core.flip(pixels, mirror, 1);
            mirror.copyTo(result, mask);
        }
        return result;
    }

    private static void fill(Mat mask, double[] polygon, Scalar inside) {
        try (Mat points = new Mat(polygon.length / 2, 1, opencv_core.CV_32SC2);
                MatVector outlines = new MatVector(points)) {
            IntBuffer coordinates = points.createBuffer();
            for (double coordinate : polygon) {
                coordinates.put((int) coordinate);
            }
            opencv_imgproc.fillPoly(mask, outlines, inside);
        }
    }
}
