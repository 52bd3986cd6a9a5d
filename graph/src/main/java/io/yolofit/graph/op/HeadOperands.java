package io.yolofit.graph.op;

import io.yolofit.graph.TensorType;
import java.util.List;

/// Common dimensions of the levels of a detection head, checked.
///
/// @param anchors per image, all levels together
record HeadOperands(long images, long anchors, long classes) {
    static HeadOperands check(Operands in, List<Integer> strides, int bins) {
        in.require(!strides.isEmpty(), "the head has no level");
        in.require(in.count() >= 2 * strides.size(), "%d levels need %d operands, but there are %d", strides.size(),
                2 * strides.size(), in.count());
        long images = in.tensor(0, "box logits", 4).shape().dim(0);
        long classes = in.tensor(1, "class logits", 4).shape().channels();
        long anchors = 0;
        for (int level = 0; level < strides.size(); level++) {
            TensorType box = in.tensor(2 * level, "box logits", 4);
            TensorType cls = in.tensor(2 * level + 1, "class logits", 4);
            in.require(box.shape().channels() == 4L * bins, "box logits have %d channels, but %d bins need %d",
                    box.shape().channels(), bins, 4 * bins);
            in.same(cls, box.withShape(box.shape().withChannels(classes)), "class and box logits of level " + level);
            in.require(box.shape().dim(0) == images, "level %d has %d images, but level 0 has %d", level,
                    box.shape().dim(0), images);
            anchors += box.shape().dim(1) * box.shape().dim(2);
        }
        return new HeadOperands(images, anchors, classes);
    }
}
