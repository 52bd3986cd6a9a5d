package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Window;
import io.yolofit.testkit.Seed;

/// Random and awkward convolutions: odd channels, images smaller than the kernel, strides that do not divide, groups,
/// depthwise, dilation, the six-pixel kernel of v5.
///
/// @param c channels of a group
/// @param k output channels
record ConvolutionCases(Agreement agreement, Seed seed, DType type, int n, int h, int w, int c, int k, int kernel,
        Window window) {
    private static final long MOST_PRODUCTS = 4_000_000;
    private static final long MOST_WINDOW_PRODUCTS = 30_000_000;

    static ConvolutionCases random(Seed seed, DType type) {
        while (true) {
            int kernel = seed.pick(1, 1, 3, 3, 3, 5, 6);
            int dilation = kernel == 3 && seed.chance(.2) ? 2 : 1;
            int padding = seed.chance(.2) ? 0 : kernel == 6 ? 2 : kernel / 2 * dilation;
            boolean depthwise = seed.chance(.2);
            int groups = depthwise ? seed.pick(1, 3, 7, 8, 13, 33) : seed.pick(1, 1, 1, 2, 3);
            int c = depthwise ? 1 : seed.pick(1, 3, 7, 8, 13, 33);
            int k = groups * (depthwise ? seed.pick(1, 1, 2) : seed.pick(1, 3, 7, 8, 13, 33));
            Window window = new Window(seed.pick(1, 1, 2, 2, 3), padding, dilation, groups);
            int h = seed.pick(1, 5, 7, 12, 33);
            int w = seed.pick(1, 5, 7, 12, 33);
            int n = seed.between(1, 3);
            long height = window.extent(h, kernel);
            long width = window.extent(w, kernel);
            if (height > 0 && width > 0 && n * height * width * kernel * kernel * k * c <= MOST_PRODUCTS) {
                return new ConvolutionCases(new Agreement(), seed, type, n, h, w, c, k, kernel, window);
            }
        }
    }

    /// First convolution of a model, for which an engine may have its own kernels: few input channels, output channels
    /// in multiples of eight, images smaller and larger than a tile, rows aligned to 16 bytes or not.
    private static ConvolutionCases first(Seed seed, DType type) {
        while (true) {
            int kernel = seed.pick(3, 3, 3, 6);
            int k = seed.pick(8, 16, 24, 32, 48, 64, 80, 128);
            Window window = Window.of(seed.pick(2, 2, 1), seed.chance(.2) ? 0 : kernel == 6 ? 2 : 1);
            int c = seed.pick(3, 3, 3, 1, 4);
            int h = seed.pick(1, 7, 8, 13, 33, 64);
            int w = seed.pick(1, 7, 8, 13, 33, 64, 136, 140, 640);
            int n = seed.between(1, 3);
            long height = window.extent(h, kernel);
            long width = window.extent(w, kernel);
            if (height > 0 && width > 0 && n * height * width * kernel * kernel * k * c <= MOST_PRODUCTS) {
                return new ConvolutionCases(new Agreement(), seed, type, n, h, w, c, k, kernel, window);
            }
        }
    }

    /// A 3x3 convolution with few channels in multiples of sixteen, for which an engine may have its own kernels:
    /// images smaller than a tile, of many tiles, and with a remainder.
    private static ConvolutionCases window(Seed seed, DType type, int... strides) {
        while (true) {
            int c = seed.pick(16, 32, 48, 64, 80, 96, 112, 160, 192);
            int k = seed.pick(c, c, 16, 32, 48, 64, 80, 96, 144, 160, 192);
            int stride = seed.pick(strides);
            int h = seed.pick(1, 5, 12, 20, 33, 40);
            int w = seed.pick(1, 7, 12, 20, 33, 40, 80);
            int n = seed.between(1, 3);
            if ((long) n * h * w * 9 * k * c <= MOST_WINDOW_PRODUCTS) {
                return new ConvolutionCases(new Agreement(), seed, type, n, h, w, c, k, 3, Window.of(stride, 1));
            }
        }
    }

    static Agreement windowForward(Seed seed, DType type) {
        return forward(window(seed, type, 1), seed, type);
    }

    static Agreement windowDataGradient(Seed seed, DType type) {
        return dataGradient(window(seed, type, 1, 2), seed, type);
    }

    static Agreement windowWeightGradient(Seed seed, DType type) {
        return weightGradient(window(seed, type, 1), seed, type);
    }

    /// Tolerance of a sequential fp32 sum over thousands of pixels, in any order.
    private static final int PIXELS = 128;

    private Value x() {
        return agreement.normal("x", seed, type, n, h, w, (long) c * window.groups());
    }

    private Value weights() {
        return agreement.normal("w", seed, type, k, kernel, kernel, c);
    }

    private Value dy() {
        return agreement.normal("dy", seed, type, n, window.extent(h, kernel), window.extent(w, kernel), k);
    }

    /// Tolerance of an fp32 sum that is rounded once.
    private Tolerance sum(DType result) {
        return Tolerance.roundings(result, 1.02).andOfLargest(DType.F32, 16);
    }

    static Agreement forward(Seed seed, DType type) {
        return forward(random(seed, type), seed, type);
    }

    static Agreement firstForward(Seed seed, DType type) {
        return forward(first(seed, type), seed, type);
    }

    private static Agreement forward(ConvolutionCases it, Seed seed, DType type) {
        Conv2d op = new Conv2d.Forward(it.window);
        if (seed.chance(.5)) {
            return it.agreement.compare(it.agreement.one(op, it.x(), it.weights()), it.sum(type));
        } // an engine may round before the bias is added
        Value y = it.agreement.one(op, it.x(), it.weights(), it.agreement.normal("b", seed, type, it.k));
        return it.agreement.compare(y, it.sum(type).andOfLargest(type, type.isHalf() ? 1 : 0));
    }

    static Agreement dataGradient(Seed seed, DType type) {
        return dataGradient(random(seed, type), seed, type);
    }

    private static Agreement dataGradient(ConvolutionCases it, Seed seed, DType type) {
        TensorType x = TensorType.of(type, it.n, it.h, it.w, (long) it.c * it.window.groups());
        Conv2d op = new Conv2d.DataGrad(it.window, x.shape());
        if (seed.chance(.5)) {
            Value dx = it.agreement.one(op, it.dy(), it.weights());
            return it.agreement.compare(dx, it.sum(type));
        } else { // rounded once, and once more after the existing gradient is added
            Value existing = it.agreement.input("existing", x, seed.normal(x.shape().count()));
            Value dx = it.agreement.one(op, it.dy(), it.weights(), existing);
            return it.agreement.compare(dx, it.sum(type).andOfLargest(type, 2));
        }
    }

    static Agreement weightGradient(Seed seed, DType type) {
        return weightGradient(random(seed, type), seed, type);
    }

    static Agreement firstWeightGradient(Seed seed, DType type) {
        return weightGradient(first(seed, type), seed, type);
    }

    private static Agreement weightGradient(ConvolutionCases it, Seed seed, DType type) {
        TensorType w = TensorType.of(DType.F32, it.k, it.kernel, it.kernel, it.c);
        Conv2d op = new Conv2d.WeightGrad(it.window, w.shape());
        if (seed.chance(.5)) {
            Value dw = it.agreement.one(op, it.x(), it.dy());
            return it.agreement.compare(dw, it.sum(type).andOfLargest(DType.F32, PIXELS));
        } else { // the new gradient is rounded, and it may be larger than the sum
            Value existing = it.agreement.input("existing", w, seed.normal(w.shape().count()));
            Value dw = it.agreement.one(op, it.x(), it.dy(), existing);
            return it.agreement.compare(dw, it.sum(type).andOfLargest(DType.F32, PIXELS).andOfLargest(type, 1));
        }
    }

    static Agreement biasGradient(Seed seed, DType type) {
        ConvolutionCases it = random(seed, type);
        Conv2d op = new Conv2d.BiasGrad(it.window);
        Value db = seed.chance(.5) ? it.agreement.one(op, it.dy())
                : it.agreement.one(op, it.dy(), it.agreement.normal("existing", seed, DType.F32, it.k));
        return it.agreement.compare(db, Tolerance.roundings(DType.F32, 8).andOfLargest(DType.F32, 32));
    }
}
