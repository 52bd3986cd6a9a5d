package io.yolofit.train.plan.time;

import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Cost;

/// Time of a convolution as an implicit matrix product, for one of its three directions. Arithmetic time and memory
/// time combine as `(a^p + m^p)^(1/p)`: `p` of 1 adds them, large `p` takes the larger.
///
/// The rate of the matrix units falls with unused parts of tiles, 128 wide over the result's channels and 64 deep over
/// the others, and with the number of thread blocks, because few blocks leave multiprocessors idle.
///
/// Constants of half precision are fitted to kernels of yolov8 n, s, m and x on an H200, batches of 8 to 128, 320 to
/// 1280 px, fp16 (`StepGrid`). For single kernels the median error is 11 %, for the sum over a step 4 %. Those of
/// TF32 are fitted to yolov8 n, s and m at batch 16 and 640 px: 6 to 10 % for single kernels. Those of exact f32 are
/// guesses, except the data gradient, which is fitted to whole steps.
///
/// @param floor     seconds of a kernel without work
/// @param flops     share of the matrix rate that full tiles reach
/// @param bandwidth share of the copy bandwidth
/// @param blocks    thread blocks on 132 multiprocessors at which half of the rate is reached
/// @param power     `p`
/// @param width     exponent of the used share of tiles over the result's channels
/// @param depth     exponent of the used share of tiles over the other channels
record ConvolutionTime(double floor, double flops, double bandwidth, double blocks, double power, double width,
        double depth) {
    private static final Directions HALF = new Directions(
            new ConvolutionTime(6.79e-6, .841, .871, 68.4, 9, .418, .564),
            new ConvolutionTime(4.71e-6, .924, 1.2, 153, 1.138, .431, .65),
            new ConvolutionTime(9.81e-6, .72, .851, 46.9, 4.362, .507, .576));
    private static final Directions TF32 = new Directions(
            new ConvolutionTime(10.8e-6, .871, .896, 24.1, 4.806, .469, .952),
            new ConvolutionTime(7.8e-6, 1.02, 1.013, 118, 1, .739, .546),
            new ConvolutionTime(15.6e-6, .437, .938, 3.35, 9, 1.077, .807));
    /// cuDNN's exact data gradients of NHWC tensors reach about 1 % of the rate.
    private static final Directions EXACT = new Directions(
            new ConvolutionTime(6.79e-6, .25, .871, 68.4, 9, .418, .564),
            new ConvolutionTime(4.71e-6, .0123, 1.2, 0, 9, 0, 0),
            new ConvolutionTime(9.81e-6, .25, .851, 46.9, 4.362, .507, .576));
    private static final int FITTED_MULTIPROCESSORS = 132;
    private static final int ROWS = 128;
    private static final int COLUMNS = 64;
    private static final int WIDE = 128;
    private static final int DEEP = 64;
    /// Products that one block of a weight gradient sums, as split-K algorithms divide them.
    private static final int SPLIT = 4096;

    private record Directions(ConvolutionTime forward, ConvolutionTime dataGradient, ConvolutionTime weightGradient) {
        static Directions of(Arithmetic arithmetic) {
            return switch (arithmetic) {
                case HALF -> HALF;
                case TF32 -> TF32;
                case EXACT -> EXACT;
            };
        }
    }

    /// Seconds.
    static double seconds(Conv2d op, Node node, Arithmetic arithmetic, DeviceRates rates) {
        double matrixFlops = rates.flops(arithmetic);
        Directions directions = Directions.of(arithmetic);
        return switch (op) {
            case Conv2d.Forward _ -> {
                Shape y = node.output(0).shape();
                Shape w = node.input(1).shape();
                yield directions.forward.seconds(node, blocks(y), w.dim(0), w.channels(), matrixFlops, rates);
            }
            case Conv2d.DataGrad _ -> {
                Shape w = node.input(1).shape();
                yield directions.dataGradient.seconds(node, blocks(node.output(0).shape()), w.channels(), w.dim(0),
                        matrixFlops, rates);
            }
            case Conv2d.WeightGrad _ -> {
                Shape w = node.output(0).shape();
                double pixels = (double) node.input(1).shape().count() / w.dim(0);
                double tiles = atLeastOne(w.dim(0) / (double) COLUMNS)
                        * atLeastOne((double) w.count() / w.dim(0) / COLUMNS) * atLeastOne(pixels / SPLIT);
                yield directions.weightGradient.seconds(node, tiles, w.channels(), w.dim(0), matrixFlops, rates);
            }
            case Conv2d.BiasGrad _ -> throw new IllegalArgumentException("a bias gradient is no matrix product");
        };
    }

    private static double blocks(Shape result) {
        return (double) result.count() / result.channels() / ROWS * atLeastOne(result.channels() / (double) COLUMNS);
    }

    private static double atLeastOne(double value) {
        return Math.max(value, 1);
    }

    private double seconds(Node node, double count, long result, long other, double matrixFlops, DeviceRates rates) {
        Cost cost = node.op().cost(node);
        double idle = blocks * rates.multiprocessors() / FITTED_MULTIPROCESSORS;
        double share = flops * Math.pow(used(result, WIDE), width) * Math.pow(used(other, DEEP), depth)
                * count / (count + idle);
        double arithmetic = cost.flops() / (matrixFlops * share);
        double memory = cost.bytes() / (rates.bandwidth() * bandwidth);
        return floor + Math.pow(Math.pow(arithmetic, power) + Math.pow(memory, power), 1 / power);
    }

    /// The used share of tiles.
    private static double used(long channels, int tile) {
        return (double) channels / (Math.ceilDiv(channels, tile) * tile);
    }
}
