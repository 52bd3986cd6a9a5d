package io.yolofit.data.importing;

import io.yolofit.data.dataset.Label;
import io.yolofit.data.formats.DropReason;
import io.yolofit.data.formats.RawObject;
import java.util.Optional;
import java.util.function.Consumer;

/// Converts boxes to labels: fractions of the image's size with six decimals, as label files have them.
final class BoxConverter {
    private static final double DECIMALS = 1e6;
    private static final double HALF = 0.5;
    /// Pixels; what exceeds the image by less is a rounding error.
    private static final double ROUNDING = 1e-3;

    private BoxConverter() {
    }

    /// Empty if the box is dropped.
    ///
    /// @param width  of the frame of the coordinates: pixels, or 1 for fractions
    /// @param height of the frame
    /// @param drop   receives the reason if the box is dropped
    /// @param clip   is run if the box is cut at the border of the image
    static Optional<Label> label(RawObject box, int category, int width, int height, Consumer<DropReason> drop,
            Runnable clip) {
        Optional<DropReason> fault = fault(box, width, height);
        if (fault.isPresent()) {
            drop.accept(fault.get());
            return Optional.empty();
        }
        double tolerance = Math.max(width, height) == 1 ? 1 / DECIMALS : ROUNDING;
        if (box.x1() < -tolerance || box.y1() < -tolerance || box.x2() > width + tolerance
                || box.y2() > height + tolerance) {
            clip.run();
        }
        double x1 = box.x1() < -tolerance ? 0 : box.x1();
        double y1 = box.y1() < -tolerance ? 0 : box.y1();
        double x2 = box.x2() > width + tolerance ? width : box.x2();
        double y2 = box.y2() > height + tolerance ? height : box.y2();
        return Optional.of(Label.ofBox(category, rounded(HALF * (x1 + x2) / width), rounded(HALF * (y1 + y2) / height),
                rounded((x2 - x1) / width), rounded((y2 - y1) / height)));
    }

    private static Optional<DropReason> fault(RawObject box, int width, int height) {
        if (!Double.isFinite(box.x1() + box.y1() + box.x2() + box.y2())) {
            return Optional.of(DropReason.NOT_FINITE);
        }
        if (box.x2() < box.x1() || box.y2() < box.y1()) {
            return Optional.of(DropReason.NEGATIVE_SIZE);
        }
        double smallest = 1 / DECIMALS;
        if ((box.x2() - box.x1()) / width < smallest || (box.y2() - box.y1()) / height < smallest) {
            return Optional.of(DropReason.NO_AREA);
        }
        double visibleWidth = Math.min(box.x2(), width) - Math.max(box.x1(), 0);
        double visibleHeight = Math.min(box.y2(), height) - Math.max(box.y1(), 0);
        return visibleWidth / width < smallest || visibleHeight / height < smallest
                ? Optional.of(DropReason.OUTSIDE) : Optional.empty();
    }

    /// Class and corners, for messages.
    static String text(RawObject box) {
        return "%s, %.1f %.1f to %.1f %.1f".formatted(box.category(), box.x1(), box.y1(), box.x2(), box.y2());
    }

    private static float rounded(double value) {
        return (float) Math.clamp(Math.rint(value * DECIMALS) / DECIMALS, 0, 1);
    }
}
