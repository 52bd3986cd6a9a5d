package io.yolofit.train.eval;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// The decoded head output of one image, read in place: a strided [anchors, 4 + classes] view of fp32 numbers.
///
/// Channels are x1, y1, x2, y2 in network pixels, then one probability (after the sigmoid) for each class.
///
/// @param data memory of the numbers
/// @param offset index of the first number of this image, in floats
/// @param anchors number of anchor points
/// @param classes number of classes
/// @param anchorStride distance between the same channel of two neighboring anchors, in floats
/// @param channelStride distance between two neighboring channels of one anchor, in floats
public record Predictions(MemorySegment data, long offset, int anchors, int classes,
        long anchorStride, long channelStride) {
    private static final int BOX_CHANNELS = 4;

    public Predictions {
        Objects.requireNonNull(data, "data");
        if (anchors < 0 || classes < 1 || offset < 0 || anchorStride < 1 || channelStride < 1) {
            throw new IllegalArgumentException(("predictions need anchors >= 0, classes >= 1, offset >= 0 and"
                    + " strides >= 1, but got anchors %d, classes %d, offset %d, strides %d and %d")
                    .formatted(anchors, classes, offset, anchorStride, channelStride));
        }
        long end = anchors == 0 ? offset
                : offset + (anchors - 1) * anchorStride + (BOX_CHANNELS + classes - 1) * channelStride + 1;
        if (end > data.byteSize() / Float.BYTES) {
            throw new IllegalArgumentException(("predictions of %d anchors and %d classes end at float %d, but the"
                    + " data has %d: check offset and strides")
                    .formatted(anchors, classes, end, data.byteSize() / Float.BYTES));
        }
    }

    /// Rows of 4 + classes numbers, one per anchor, in an array of this image only.
    public static Predictions rows(float[] data, int anchors, int classes) {
        return rows(MemorySegment.ofArray(data), 0, anchors, classes);
    }

    /// Rows of 4 + classes numbers, one per anchor, starting at `offset` (in floats): layout [anchors, 4 + classes].
    public static Predictions rows(MemorySegment data, long offset, int anchors, int classes) {
        return new Predictions(data, offset, anchors, classes, BOX_CHANNELS + (long) classes, 1);
    }

    /// Planes of one channel each, starting at `offset` (in floats): layout [4 + classes, anchors].
    public static Predictions planes(MemorySegment data, long offset, int anchors, int classes) {
        return new Predictions(data, offset, anchors, classes, 1, Math.max(anchors, 1));
    }

    /// Corner coordinate 0..3 (x1, y1, x2, y2) of an anchor's box, in network pixels.
    float corner(int anchor, int corner) {
        return at(anchor, corner);
    }

    float probability(int anchor, int classId) {
        return at(anchor, BOX_CHANNELS + classId);
    }

    private float at(int anchor, int channel) {
        long index = offset + anchor * anchorStride + channel * channelStride;
        return data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
    }
}
