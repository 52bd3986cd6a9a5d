package io.yolofit.engine.cpu.detect;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The validated levels of one head over a batch. Anchors are numbered level by level, then row by row.
///
/// @param starts index of the first anchor of each level; the last entry is the number of anchors
/// @param width of the network input, pixels
/// @param height of the network input, pixels
record Head(List<HeadLevel> levels, int[] starts, int images, int width, int height) {
    static Head of(List<HeadLevel> levels, int images, int classes, int regMax) {
        if (levels.isEmpty()) {
            throw new IllegalArgumentException("a head needs at least one level, but has none");
        }
        int width = Math.multiplyExact(levels.getFirst().width(), levels.getFirst().stride());
        int height = Math.multiplyExact(levels.getFirst().height(), levels.getFirst().stride());
        int[] starts = new int[levels.size() + 1];
        for (int i = 0; i < levels.size(); i++) {
            HeadLevel level = levels.get(i);
            if (level.width() * level.stride() != width || level.height() * level.stride() != height) {
                throw new IllegalArgumentException("all levels must cover one network input, but level 0 covers "
                        + width + "x" + height + " pixels and level " + i + " "
                        + level.width() * level.stride() + "x" + level.height() * level.stride());
            }
            if (i > 0 && level.stride() <= levels.get(i - 1).stride()) {
                throw new IllegalArgumentException("strides must increase from level to level, but level " + i + " has "
                        + level.stride() + " after " + levels.get(i - 1).stride());
            }
            requireSize(level.box(), level, i, "box", images, 4 * regMax);
            requireSize(level.cls(), level, i, "cls", images, classes);
            starts[i + 1] = Math.addExact(starts[i], level.anchors());
        }
        return new Head(List.copyOf(levels), starts, images, width, height);
    }

    int anchors() {
        return starts[starts.length - 1];
    }

    int levelOf(int anchor) {
        int level = 0;
        while (anchor >= starts[level + 1]) {
            level++;
        }
        return level;
    }

    /// Sides shorter than this, in pixels, are widened for the inside test.
    int smallSide() {
        return levels.getFirst().stride();
    }

    /// Length of a widened side, in pixels: the second stride.
    int widenedSide() {
        return levels.get(Math.min(1, levels.size() - 1)).stride();
    }

    /// Refuses gradients that are missing, differ in size from their logits, or overlap another segment.
    void requireGradients() {
        List<MemorySegment> logits = new ArrayList<>();
        List<MemorySegment> gradients = new ArrayList<>();
        for (HeadLevel level : levels) {
            logits.add(level.box());
            logits.add(level.cls());
            gradients.add(level.boxGradient());
            gradients.add(level.clsGradient());
        }
        for (int i = 0; i < gradients.size(); i++) {
            MemorySegment gradient = gradients.get(i);
            if (gradient.byteSize() != logits.get(i).byteSize()) {
                throw new IllegalArgumentException(name(i) + "Gradient has " + gradient.byteSize() + " bytes, but "
                        + name(i) + " has " + logits.get(i).byteSize() + ": pass a gradient of the logits' layout");
            }
            for (int j = 0; j < logits.size(); j++) {
                boolean inPlace = i == j && gradient.equals(logits.get(i));
                if (!inPlace && gradient.asOverlappingSlice(logits.get(j)).isPresent()) {
                    throw new IllegalArgumentException(name(i) + "Gradient shares bytes with " + name(j)
                            + ": a gradient must use the segment of its own logits or overlap no other segment");
                }
                if (i < j && gradient.asOverlappingSlice(gradients.get(j)).isPresent()) {
                    throw new IllegalArgumentException(
                            name(i) + "Gradient shares bytes with " + name(j) + "Gradient");
                }
            }
        }
    }

    private String name(int segment) {
        return "level " + segment / 2 + "'s " + (segment % 2 == 0 ? "box" : "cls");
    }

    private static void requireSize(MemorySegment segment, HeadLevel level, int index, String name,
                                    int images, int channels) {
        long expected = (long) images * level.anchors() * channels * level.type().bytes();
        if (segment.byteSize() != expected) {
            throw new IllegalArgumentException("level " + index + "'s " + name + " has " + segment.byteSize()
                    + " bytes, but " + level.type() + "[" + images + "," + level.height() + "," + level.width() + ","
                    + channels + "] takes " + expected);
        }
    }
}
