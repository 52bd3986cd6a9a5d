package io.yolofit.graph.op;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The attention block PSA of YOLOv10 and YOLO11, composed of ops: results against the definition, pixel by pixel, and
/// gradients against finite differences. Normalizations are folded into convolutions.
///
/// `x -> cv1 -> a, b`; `b += attention(b)`; `b += ffn(b)`; `cv2` over `[a, b]`. The channels of the convolution qkv
/// are query, key and value of each head in turn.
class AttentionTest {
    private static final int IMAGES = 2;

    private GradientCheck check;
    private Seed seed;
    private int height;
    private int width;
    private int key;
    private int heads;

    /// Weights and bias of a convolution, in the graph and as arrays.
    private record Conv(Value w, Value b, double[] weights, double[] biases) {
        /// The convolution at one pixel.
        double[] at(double[] x) {
            double[] y = biases.clone();
            for (int k = 0; k < y.length; k++) {
                for (int c = 0; c < x.length; c++) {
                    y[k] += weights[k * x.length + c] * x[c];
                }
            }
            return y;
        }
    }

    @Seeds(6)
    void attentionBlockMatchesItsDefinitionAndFiniteDifferences(Seed seed) {
        this.seed = seed;
        check = new GradientCheck(seed);
        height = seed.between(1, 3);
        width = seed.between(2, 4);
        key = seed.between(1, 2);
        heads = seed.between(1, 3);
        int half = 2 * key * heads;
        Shape shape = Shape.of(IMAGES, height, width, 3);
        double[] images = seed.normal(shape.count());
        Value x = check.operand(shape, images);
        List<Conv> convs = List.of(conv(2 * half, 3, 1), conv(2 * half, half, 1), conv(half, 1, 3),
                conv(half, half, 1), conv(2 * half, half, 1), conv(half, 2 * half, 1), conv(3, 2 * half, 1));
        Graph graph = check.check(block(x, convs));
        Evaluation evaluation = check.run(graph);
        Vectors.assertClose(evaluation.output("y"), definition(images, convs), 1e-12, "the block");
    }

    private Conv conv(long outputs, long inputs, int kernel) {
        Shape w = Shape.of(outputs, kernel, kernel, inputs);
        double[] weights = Vectors.scaled(seed.normal(w.count()), .7);
        double[] biases = seed.normal(outputs);
        return new Conv(check.operand(w, weights), check.operand(Shape.of(outputs), biases), weights, biases);
    }

    private Value apply(Conv conv, Value x) {
        int groups = (int) (x.shape().channels() / conv.w.shape().channels());
        int padding = (int) conv.w.shape().dim(1) / 2;
        return check.emit(new Conv2d.Forward(new Window(1, padding, 1, groups)), x, conv.w, conv.b);
    }

    private Value block(Value x, List<Conv> convs) {
        long half = 2L * key * heads;
        Value first = apply(convs.get(0), x);
        Value a = check.emit(new Slice.Forward(0, half), first);
        Value b = check.emit(new Slice.Forward(half, half), first);
        b = check.emit(new Add(), b, apply(convs.get(3), attention(b, convs.get(1), convs.get(2))));
        Value wide = check.emit(new Silu.Forward(), apply(convs.get(4), b));
        b = check.emit(new Add(), b, apply(convs.get(5), wide));
        return apply(convs.get(6), check.emit(new Concat(), a, b));
    }

    private Value attention(Value x, Conv qkv, Conv pe) {
        Value all = apply(qkv, x);
        List<Value> values = new ArrayList<>();
        List<Value> parts = new ArrayList<>();
        for (int head = 0; head < heads; head++) {
            long start = 4L * key * head;
            Value q = check.emit(new Slice.Forward(start, key), all);
            Value k = check.emit(new Slice.Forward(start + key, key), all);
            Value v = check.emit(new Slice.Forward(start + 2L * key, 2L * key), all);
            Value scores = check.emit(new MatMul.RightTransposed(1 / Math.sqrt(key)), q, k);
            parts.add(check.emit(new MatMul.Plain(1), check.emit(new Softmax.Forward(), scores), v));
            values.add(v);
        }
        Value together = check.emit(new Concat(), parts.toArray(Value[]::new));
        return check.emit(new Add(), together, apply(pe, check.emit(new Concat(), values.toArray(Value[]::new))));
    }

    private double[] definition(double[] images, List<Conv> convs) {
        int pixels = height * width;
        List<double[]> results = new ArrayList<>();
        for (int image = 0; image < IMAGES; image++) {
            double[][] all = new double[pixels][];
            for (int p = 0; p < pixels; p++) {
                int start = (image * pixels + p) * 3;
                all[p] = convs.get(0).at(Arrays.copyOfRange(images, start, start + 3));
            }
            int half = all[0].length / 2;
            double[][] b = Arrays.stream(all).map(pixel -> Arrays.copyOfRange(pixel, half, 2 * half))
                    .toArray(double[][]::new);
            double[][] attended = attentionOf(b, convs.get(1), convs.get(2));
            for (int p = 0; p < pixels; p++) {
                double[] sum = Vectors.moved(b[p], 1, convs.get(3).at(attended[p]));
                double[] wide = Arrays.stream(convs.get(4).at(sum)).map(z -> z / (1 + Math.exp(-z))).toArray();
                sum = Vectors.moved(sum, 1, convs.get(5).at(wide));
                System.arraycopy(sum, 0, all[p], half, half);
                results.add(convs.get(6).at(all[p]));
            }
        }
        return results.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    private double[][] attentionOf(double[][] x, Conv qkv, Conv pe) {
        double[][] all = Arrays.stream(x).map(qkv::at).toArray(double[][]::new);
        double[][] y = new double[x.length][2 * key * heads];
        for (int p = 0; p < x.length; p++) {
            for (int head = 0; head < heads; head++) {
                double[] shares = new double[x.length];
                for (int other = 0; other < x.length; other++) {
                    double dot = 0;
                    for (int c = 0; c < key; c++) {
                        dot += all[p][4 * key * head + c] * all[other][4 * key * head + key + c];
                    }
                    shares[other] = Math.exp(dot / Math.sqrt(key));
                }
                double total = Arrays.stream(shares).sum();
                for (int other = 0; other < x.length; other++) {
                    for (int c = 0; c < 2 * key; c++) {
                        y[p][2 * key * head + c] += shares[other] / total * value(all[other], head, c);
                    }
                }
            }
        }
        addPositions(y, all, pe);
        return y;
    }

    private double value(double[] pixel, int head, int channel) {
        return pixel[4 * key * head + 2 * key + channel];
    }

    /// A depthwise 3x3 convolution of the values.
    private void addPositions(double[][] y, double[][] all, Conv pe) {
        for (int p = 0; p < y.length; p++) {
            for (int channel = 0; channel < y[p].length; channel++) {
                y[p][channel] += pe.biases[channel];
                for (int tap = 0; tap < 9; tap++) {
                    int row = p / width + tap / 3 - 1;
                    int column = p % width + tap % 3 - 1;
                    if (row >= 0 && row < height && column >= 0 && column < width) {
                        y[p][channel] += pe.weights[channel * 9 + tap]
                                * value(all[row * width + column], channel / (2 * key), channel % (2 * key));
                    }
                }
            }
        }
    }
}
