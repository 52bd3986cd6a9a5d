package io.yolofit.data.check;

import static io.yolofit.data.check.ObjectProfile.STRIDE;

import io.yolofit.data.dataset.SplitScan;
import java.util.List;
import java.util.Locale;

/// Findings about the sizes and numbers of objects.
final class SizeFindings {
    private static final double SMALL_SHARE = 0.1;
    private static final int DETECTIONS = 300; // default of max_det
    private static final int LARGEST_INPUT = 8192;
    private static final int STEP = 32;

    private SizeFindings() {
    }

    static List<Finding> of(ObjectProfile profile, List<SplitScan> scans) {
        if (profile.objects() == 0) {
            return List.of(Finding.fail("objects", "no object in any split", "add label files; see docs/data.md"));
        }
        return List.of(small(profile, scans), most(profile));
    }

    private static Finding small(ObjectProfile profile, List<SplitScan> scans) {
        String sizes = String.format(Locale.ROOT, "at imgsz=%d, half of the objects are larger than %.0f px, and 99 %% "
                + "larger than %.0f px", profile.imageSize(), profile.median(), profile.smallest());
        if (profile.tooSmall() < SMALL_SHARE) {
            return Finding.ok("object sizes", sizes);
        }
        double needed = profile.imageSize() * STRIDE / profile.tenth();
        int size = (int) Math.min(LARGEST_INPUT, Math.ceil(needed / STEP) * STEP);
        int source = scans.stream().flatMap(scan -> scan.images().stream())
                .mapToInt(image -> Math.max(image.width(), image.height())).max().orElse(0);
        String advice = size <= Math.max(source, profile.imageSize()) ? "use imgsz=" + size
                + " or a model with a P2 level (stride 4)" : "use a model with a P2 level (stride 4); imgsz=" + size
                + " would enlarge images of " + source + " px, or cut the images into tiles";
        return Finding.warn("object sizes", String.format(Locale.ROOT, "%.0f %% of the objects are smaller than %d px, "
                + "the finest stride, at imgsz=%d", 100 * profile.tooSmall(), STRIDE, profile.imageSize()), advice);
    }

    private static Finding most(ObjectProfile profile) {
        String what = "at most %d objects in an image, in %s".formatted(profile.mostObjects(),
                profile.mostObjectsIn().path());
        return profile.mostObjects() <= DETECTIONS ? Finding.ok("objects per image", what)
                : Finding.warn("objects per image", what,
                "set max_det=%d or more for val and predict (its default is %d)".formatted(profile.mostObjects(),
                DETECTIONS));
    }
}
