package io.yolofit.engine.cpu.detect;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Reference form of the detection loss with full objects x anchors matrices; slow.
final class DenseOracle {
    private static final double EPS = 1e-7;

    final RandomHead head;
    final LossSettings settings;
    final int anchors;
    final float[] centerX;
    final float[] centerY;
    final int[] stride;
    final int[] level;
    final int[] cell;
    /// Per image and anchor: the assigned object (-1 if none) and the soft target.
    final int[][] owner;
    final double[][] weight;
    /// Number of anchors assigned to an object that did not claim them.
    int unclaimed;

    DenseOracle(RandomHead head, LossSettings settings) {
        this.head = head;
        this.settings = settings;
        int count = 0;
        for (int s : RandomHead.STRIDES) {
            count += head.width() / s * (head.height() / s);
        }
        anchors = count;
        centerX = new float[count];
        centerY = new float[count];
        stride = new int[count];
        level = new int[count];
        cell = new int[count];
        int anchor = 0;
        for (int i = 0; i < RandomHead.STRIDES.length; i++) {
            int s = RandomHead.STRIDES[i];
            for (int c = 0; c < head.width() / s * (head.height() / s); c++, anchor++) {
                centerX[anchor] = (c % (head.width() / s) + .5f) * s;
                centerY[anchor] = (c / (head.width() / s) + .5f) * s;
                stride[anchor] = s;
                level[anchor] = i;
                cell[anchor] = c;
            }
        }
        owner = new int[head.images()][];
        weight = new double[head.images()][];
        for (int image = 0; image < head.images(); image++) {
            assign(image);
        }
    }

    private void assign(int image) {
        int objects = head.targets().objects(image);
        boolean[][] inside = new boolean[objects][anchors];
        float[][] overlap = new float[objects][anchors];
        float[][] metric = new float[objects][anchors];
        boolean[][] mask = new boolean[objects][anchors];
        for (int g = 0; g < objects; g++) {
            for (int a = 0; a < anchors; a++) {
                inside[g][a] = inside(image, g, a);
                if (inside[g][a]) {
                    overlap[g][a] = (float) Math.max(0, ciou(pixels(image, g), predicted(image, a, head.box()), null));
                    double score = 1 / (1 + Math.exp(-logit(image, a, label(image, g), head.cls())));
                    metric[g][a] = (float) (Math.pow(score, settings.alpha())
                            * Math.pow(overlap[g][a], settings.beta()));
                }
            }
            for (int a : best(metric[g], settings.topK())) {
                mask[g][a] = inside[g][a];
            }
        }
        resolve(mask, overlap);
        if (settings.keep() < settings.topK()) {
            keepBest(mask, metric);
        }
        owner[image] = new int[anchors];
        weight[image] = new double[anchors];
        Arrays.fill(owner[image], -1);
        for (int g = 0; g < objects; g++) {
            float bestOverlap = 0;
            float bestMetric = 0;
            for (int a = 0; a < anchors; a++) {
                bestOverlap = mask[g][a] ? Math.max(bestOverlap, overlap[g][a]) : bestOverlap;
                bestMetric = mask[g][a] ? Math.max(bestMetric, metric[g][a]) : bestMetric;
            }
            for (int a = 0; a < anchors; a++) {
                if (mask[g][a]) {
                    owner[image][a] = g;
                    weight[image][a] = metric[g][a] * (double) bestOverlap / (bestMetric + 1e-9);
                }
            }
        }
    }

    private void resolve(boolean[][] mask, float[][] overlap) {
        for (int a = 0; a < anchors; a++) {
            int claims = 0;
            int largest = 0;
            for (int g = 0; g < mask.length; g++) {
                claims += mask[g][a] ? 1 : 0;
                largest = overlap[g][a] > overlap[largest][a] ? g : largest;
            }
            if (claims > 1) {
                unclaimed += mask[largest][a] ? 0 : 1;
                for (int g = 0; g < mask.length; g++) {
                    mask[g][a] = g == largest;
                }
            }
        }
    }

    private void keepBest(boolean[][] mask, float[][] metric) {
        for (int g = 0; g < mask.length; g++) {
            float[] masked = new float[anchors];
            for (int a = 0; a < anchors; a++) {
                masked[a] = mask[g][a] ? metric[g][a] : 0;
            }
            boolean[] kept = new boolean[anchors];
            for (int a : best(masked, settings.keep())) {
                kept[a] = mask[g][a];
            }
            mask[g] = kept;
        }
    }

    private static int[] best(float[] metric, int count) {
        return IntStream.range(0, metric.length).boxed()
                .sorted(Comparator.comparing((Integer a) -> -metric[a])) // stable sort: lowest index first on ties
                .limit(count).mapToInt(Integer::intValue).toArray();
    }

    private boolean inside(int image, int g, int a) {
        double[] box = pixels(image, g);
        if (box[0] + box[1] + box[2] + box[3] <= 0) {
            return false;
        }
        for (int axis = 0; axis < 2; axis++) {
            float low = (float) box[axis];
            float high = (float) box[axis + 2];
            float middle = (low + high) / 2;
            float side = high - low < 8 ? 16 : high - low;
            float center = axis == 0 ? centerX[a] : centerY[a];
            if (!(center - (middle - side / 2) > 1e-9f && middle + side / 2 - center > 1e-9f)) {
                return false;
            }
        }
        return true;
    }

    private int label(int image, int g) {
        return (int) head.targets().rows()[(head.targets().offsets()[image] + g) * 5];
    }

    private double[] pixels(int image, int g) {
        int row = (head.targets().offsets()[image] + g) * 5;
        float[] rows = head.targets().rows();
        float x = rows[row + 1] * head.width();
        float y = rows[row + 2] * head.height();
        float w = rows[row + 3] * head.width();
        float h = rows[row + 4] * head.height();
        return new double[] {x - w / 2, y - h / 2, x + w / 2, y + h / 2};
    }

    private int cells(int a) {
        return head.width() / stride[a] * (head.height() / stride[a]);
    }

    private double logit(int image, int a, int label, float[][] cls) {
        return cls[level[a]][(image * cells(a) + cell[a]) * head.classes() + label];
    }

    private double[] side(int image, int a, int side, float[][] box) {
        double[] logits = new double[head.regMax()];
        for (int bin = 0; bin < logits.length; bin++) {
            logits[bin] = box[level[a]][((image * cells(a) + cell[a]) * 4 + side) * head.regMax() + bin];
        }
        return logits;
    }

    private double distance(double[] logits) {
        if (logits.length == 1) {
            return logits[0];
        }
        double sum = 0;
        double weighted = 0;
        for (int bin = 0; bin < logits.length; bin++) {
            sum += Math.exp(logits[bin]);
            weighted += bin * Math.exp(logits[bin]);
        }
        return weighted / sum;
    }

    /// Predicted box in pixels.
    double[] predicted(int image, int a, float[][] box) {
        double[] sides = new double[4];
        for (int side = 0; side < 4; side++) {
            double center = side % 2 == 0 ? centerX[a] : centerY[a];
            sides[side] = center + (side < 2 ? -1 : 1) * stride[a] * distance(side(image, a, side, box));
        }
        return sides;
    }

    /// @param alpha a cell with the weight of the aspect term; if NaN it is computed and stored there, if null computed
    private static double ciou(double[] p, double[] q, double[] alpha) {
        double pw = p[2] - p[0];
        double ph = p[3] - p[1] + EPS;
        double qw = q[2] - q[0];
        double qh = q[3] - q[1] + EPS;
        double inter = Math.max(0, Math.min(p[2], q[2]) - Math.max(p[0], q[0]))
                * Math.max(0, Math.min(p[3], q[3]) - Math.max(p[1], q[1]));
        double iou = inter / (pw * ph + qw * qh - inter + EPS);
        double cw = Math.max(p[2], q[2]) - Math.min(p[0], q[0]);
        double ch = Math.max(p[3], q[3]) - Math.min(p[1], q[1]);
        double rho = Math.pow(q[0] + q[2] - p[0] - p[2], 2) / 4 + Math.pow(q[1] + q[3] - p[1] - p[3], 2) / 4;
        double v = 4 / Math.pow(Math.PI, 2) * Math.pow(Math.atan(qw / qh) - Math.atan(pw / ph), 2);
        double weight = v / (v - iou + 1 + EPS);
        if (alpha != null) {
            weight = Double.isNaN(alpha[0]) ? weight : alpha[0];
            alpha[0] = weight;
        }
        return iou - rho / (cw * cw + ch * ch + EPS) - weight * v;
    }

    /// One cell per image and anchor for [#items], all unset.
    double[][][] unsetAlphas() {
        double[][][] alphas = new double[head.images()][anchors][1];
        for (double[][] image : alphas) {
            for (double[] alpha : image) {
                alpha[0] = Double.NaN;
            }
        }
        return alphas;
    }

    /// Terms box, cls, dfl (with gains) of the given logits under the assignment of the case's own logits.
    double[] items(float[][] box, float[][] cls, double[][][] alphas) {
        double normalizer = 0;
        double[] sums = new double[3];
        for (int image = 0; image < head.images(); image++) {
            for (int a = 0; a < anchors; a++) {
                int g = owner[image][a];
                for (int label = 0; label < head.classes(); label++) {
                    double target = g >= 0 && label(image, g) == label ? weight[image][a] : 0;
                    double x = logit(image, a, label, cls);
                    sums[1] += Math.max(x, 0) - x * target + Math.log1p(Math.exp(-Math.abs(x)));
                }
                if (g >= 0) {
                    normalizer += weight[image][a];
                    double[] p = predicted(image, a, box);
                    double[] q = pixels(image, g);
                    for (int i = 0; i < 4; i++) {
                        p[i] /= stride[a];
                        q[i] /= stride[a];
                    }
                    sums[0] += (1 - ciou(p, q, alphas[image][a])) * weight[image][a];
                    sums[2] += distances(image, a, q, box) * weight[image][a];
                }
            }
        }
        normalizer = Math.max(1, normalizer);
        return new double[] {sums[0] * settings.boxGain() / normalizer, sums[1] * settings.clsGain() / normalizer,
            sums[2] * settings.dflGain() / normalizer};
    }

    private double distances(int image, int a, double[] target, float[][] box) {
        double sum = 0;
        for (int side = 0; side < 4; side++) {
            double center = (side % 2 == 0 ? centerX[a] : centerY[a]) / stride[a];
            double wanted = side < 2 ? center - target[side] : target[side] - center;
            double[] logits = side(image, a, side, box);
            if (logits.length == 1) {
                int input = side % 2 == 0 ? head.width() : head.height();
                sum += Math.abs(wanted - logits[0]) * stride[a] / input;
            } else {
                wanted = Math.min(Math.max(wanted, 0), logits.length - 1 - 0.01);
                int low = (int) Math.floor(wanted);
                double total = Math.log(Arrays.stream(logits).map(Math::exp).sum());
                sum += (low + 1 - wanted) * (total - logits[low]) + (wanted - low) * (total - logits[low + 1]);
            }
        }
        return sum / 4;
    }
}
