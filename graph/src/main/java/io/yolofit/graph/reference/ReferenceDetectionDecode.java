package io.yolofit.graph.reference;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.DetectionDecode;
import java.util.List;

/// Decodes head outputs to rows of cx, cy, w, h in pixels, followed by class probabilities.
final class ReferenceDetectionDecode {
    private ReferenceDetectionDecode() {
    }

    static double[] decode(DetectionDecode op, Node node, List<double[]> in) {
        HeadLogits head = new HeadLogits(op.strides(), op.bins(), node, in);
        double[] rows = new double[head.images() * head.anchors().size() * (HeadLogits.SIDES + head.classes())];
        int at = 0;
        for (int image = 0; image < head.images(); image++) {
            for (HeadLogits.Anchor anchor : head.anchors()) {
                Box box = head.box(image, anchor).scaled(anchor.stride());
                rows[at++] = box.centerX();
                rows[at++] = box.centerY();
                rows[at++] = box.width();
                rows[at++] = box.height();
                for (int label = 0; label < head.classes(); label++) {
                    rows[at++] = ReferencePointwise.sigmoid(head.classLogit(image, anchor, label));
                }
            }
        }
        return rows;
    }
}
