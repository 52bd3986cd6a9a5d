package io.yolofit.engine.cpu.detect;

/// Binary cross-entropy of all class logits of an image, and its gradient.
///
/// Nearly all targets are 0. Every logit `x` is therefore first treated as a negative, with value `softplus(x)` and
/// derivative `sigmoid(x)`; then the few positives of soft target `t` are corrected by `-t x` and `-t`. Softplus and
/// sigmoid share one exponential `e = exp(-|x|)`, and `log(1 + e)` is summed as the logarithm of a product: one
/// logarithm for many logits. One instance belongs to one worker.
final class ClassLoss {
    /// Factors per logarithm. Each is between 1 and 2, so the product stays below 2^512.
    private static final int FACTORS = 512;
    /// Approximate number of logits per chunk; a chunk fits the L1 cache.
    private static final int CHUNK = 2048;

    private final int classes;
    private final int chunkAnchors;
    private final float[] logits;
    private final float[] gradients;

    ClassLoss(int classes) {
        this.classes = classes;
        this.chunkAnchors = Math.max(1, CHUNK / classes);
        this.logits = new float[Math.multiplyExact(chunkAnchors, classes)];
        this.gradients = new float[logits.length];
    }

    /// Sum over the logits of an image, before gain and normalizer. Writes the gradients if [GradientScale#wanted].
    double add(Head head, Targets targets, int image, Positives positives, GradientScale scale) {
        double sum = 0;
        int positive = 0;
        for (int i = 0; i < head.levels().size(); i++) {
            HeadLevel level = head.levels().get(i);
            for (int first = 0; first < level.anchors(); first += chunkAnchors) {
                int count = Math.min(chunkAnchors, level.anchors() - first);
                long at = ((long) image * level.anchors() + first) * classes;
                level.type().read(level.cls(), at, logits, count * classes);
                sum += negatives(count * classes, scale.cls());
                int chunkStart = head.starts()[i] + first;
                for (; positive < positives.count() && positives.anchor(positive) < chunkStart + count; positive++) {
                    int label = targets.label(targets.offsets()[image] + positives.object(positive));
                    int index = (positives.anchor(positive) - chunkStart) * classes + label;
                    sum -= positives.weight(positive) * logits[index];
                    double sigmoid = 1 / (1 + Math.exp(-logits[index]));
                    gradients[index] = (float) (scale.cls() * (sigmoid - positives.weight(positive)));
                }
                if (scale.wanted()) {
                    level.type().write(gradients, count * classes, level.clsGradient(), at);
                }
            }
        }
        return sum;
    }

    private double negatives(int count, double scale) {
        double sum = 0;
        for (int first = 0; first < count; first += FACTORS) {
            int end = Math.min(count, first + FACTORS);
            double product = 1;
            double linear = 0;
            for (int i = first; i < end; i++) {
                double logit = logits[i];
                double exponential = Math.exp(-Math.abs(logit));
                double factor = 1 + exponential;
                product *= factor;
                linear += Math.max(logit, 0);
                gradients[i] = (float) (scale * ((logit >= 0 ? 1 : exponential) / factor));
            }
            sum += linear + Math.log(product);
        }
        return sum;
    }
}
