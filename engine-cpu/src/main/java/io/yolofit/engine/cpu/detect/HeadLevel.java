package io.yolofit.engine.cpu.detect;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// One level of a detection head: its logits and the memory of their gradients.
///
/// All segments are packed, NHWC: `box` and `boxGradient` are `[N, height, width, 4 * regMax]` (sides left, top, right,
/// bottom, each with its bins), `cls` and `clsGradient` are `[N, height, width, classes]`. A gradient segment is
/// either the segment of its logits (the gradient then overwrites them) or shares no byte with any other segment of the
/// head. It is written completely. [MemorySegment#NULL] means that no gradient is computed.
///
/// @param type element type of all four segments
/// @param stride pixels of the network input per cell
/// @param height cells per column
/// @param width cells per row
public record HeadLevel(LogitType type, int stride, int height, int width,
                        MemorySegment box, MemorySegment cls,
                        MemorySegment boxGradient, MemorySegment clsGradient) {
    public HeadLevel {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(box, "box");
        Objects.requireNonNull(cls, "cls");
        Objects.requireNonNull(boxGradient, "boxGradient");
        Objects.requireNonNull(clsGradient, "clsGradient");
        if (stride < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("a head level needs a stride, height and width of at least 1, but has "
                    + "stride " + stride + ", height " + height + ", width " + width);
        }
        Math.multiplyExact(height, width);
    }

    /// A level without gradients, for [DetectionLoss#value] and [BoxDecoder].
    public static HeadLevel ofLogits(LogitType type, int stride, int height, int width,
                                     MemorySegment box, MemorySegment cls) {
        return new HeadLevel(type, stride, height, width, box, cls, MemorySegment.NULL, MemorySegment.NULL);
    }

    /// A level whose gradients overwrite its logits.
    public static HeadLevel inPlace(LogitType type, int stride, int height, int width,
                                    MemorySegment box, MemorySegment cls) {
        return new HeadLevel(type, stride, height, width, box, cls, box, cls);
    }

    /// Anchors of one image: one per cell, at its center.
    public int anchors() {
        return height * width;
    }
}
