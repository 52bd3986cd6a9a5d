package io.yolofit.engine.cpu.detect;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An assignment that several ranks have computed, each for its own images. Anchors are in the order level, image,
/// cell.
///
/// @param objects     for each anchor the row of its object in the targets, or -1, as ints
/// @param softTargets for each anchor its soft target, as floats
/// @param sum         of the soft targets of all ranks
/// @param images      number of images of all ranks
public record Assigned(MemorySegment objects, MemorySegment softTargets, double sum, double images) {
    private static final int NONE = -1;

    /// Stores an image's positives.
    static void store(Head head, Targets targets, int image, Positives positives, MemorySegment objects,
            MemorySegment softTargets) {
        for (int level = 0; level < head.levels().size(); level++) {
            long first = row(head, level, image);
            for (int cell = 0; cell < head.levels().get(level).anchors(); cell++) {
                objects.setAtIndex(ValueLayout.JAVA_INT, first + cell, NONE);
                softTargets.setAtIndex(ValueLayout.JAVA_FLOAT, first + cell, 0);
            }
        }
        for (int i = 0; i < positives.count(); i++) {
            int level = head.levelOf(positives.anchor(i));
            long at = row(head, level, image) + positives.anchor(i) - head.starts()[level];
            objects.setAtIndex(ValueLayout.JAVA_INT, at, targets.offsets()[image] + positives.object(i));
            softTargets.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) positives.weight(i));
        }
    }

    /// Reads an image's positives; only anchor, object and weight are set.
    void load(Head head, Targets targets, int image, Positives positives) {
        positives.clear();
        for (int level = 0; level < head.levels().size(); level++) {
            long first = row(head, level, image);
            for (int cell = 0; cell < head.levels().get(level).anchors(); cell++) {
                int object = objects.getAtIndex(ValueLayout.JAVA_INT, first + cell);
                if (object != NONE) {
                    positives.add(head.starts()[level] + cell, object - targets.offsets()[image], 0, 0);
                    positives.weigh(positives.count() - 1,
                            softTargets.getAtIndex(ValueLayout.JAVA_FLOAT, first + cell));
                }
            }
        }
    }

    /// Index of the first anchor of a level and an image.
    private static long row(Head head, int level, int image) {
        return (long) head.images() * head.starts()[level] + (long) image * head.levels().get(level).anchors();
    }
}
