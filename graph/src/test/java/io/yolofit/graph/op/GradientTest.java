package io.yolofit.graph.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GradientTest {
    @Test
    void everyDifferentiableOpIsCheckedHere() {
        Set<String> differentiable = records(Op.class).filter(Differentiable.class::isAssignableFrom)
                .map(Class::getName).map(name -> name.substring(name.lastIndexOf('.') + 1)).collect(Collectors.toSet());
        // DetectionLoss: see ReferenceLossTest, because its gradients are outputs
        assertThat(differentiable).containsExactlyInAnyOrder("Add", "AveragePool$Forward", "BnAct$Forward", "Concat",
                "Conv2d$Forward", "DetectionLoss", "LeakyRelu$Forward", "MatMul$LeftTransposed", "MatMul$Plain",
                "MatMul$RightTransposed",
                "MaxPool$Forward", "Reshape", "Silu$Forward", "Slice$Forward", "Softmax$Forward", "Upsample$Forward");
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord() ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(GradientTest::records).distinct();
    }

    @Seeds(40)
    void convolution(Seed seed) {
        int groups = seed.pick(1, 1, 2, 3);
        int kernel = seed.pick(1, 2, 3, 5, 6);
        Window window = new Window(seed.between(1, 3), seed.between(0, 2), seed.between(1, 2), groups);
        int reach = window.dilation() * (kernel - 1) + 1 - 2 * window.padding();
        convolution(seed, window, kernel, Math.max(1, reach) + seed.between(0, 6),
                Math.max(1, reach) + seed.between(0, 6));
    }

    @Seeds(4)
    void convolutionOfTheFirstLayerOfV5(Seed seed) {
        convolution(seed, Window.of(2, 2), 6, 13, 7);
    }

    @Seeds(2)
    void depthwiseConvolution(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        Value x = operand(check, seed, 1, 7, 1, 7);
        Value w = operand(check, seed, 7, 3, 3, 1);
        check.check(new Conv2d.Forward(new Window(1, 1, 1, 7)), x, w);
    }

    private static void convolution(Seed seed, Window window, int kernel, int height, int width) {
        GradientCheck check = new GradientCheck(seed);
        int groups = window.groups();
        int outputs = groups * seed.between(1, 3);
        Value x = operand(check, seed, seed.between(1, 2), height, width, (long) groups * seed.between(1, 3));
        Value w = operand(check, seed, outputs, kernel, kernel, x.shape().channels() / groups);
        Value b = operand(check, seed, outputs);
        for (Value operand : List.of(x, w, b)) {
            if (seed.chance(.3)) {
                check.hasGradientAlready(operand);
            }
        }
        Graph graph = check.check(new Conv2d.Forward(window), x, w, b);
        assertThat(graph.nodes()).as("no separate sum").hasSize(4);
    }

    @Seeds(20)
    void normalization(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        int channels = seed.pick(1, 3, 7);
        Value y = operand(check, seed, seed.between(1, 3), seed.pick(2, 7), seed.pick(1, 13), channels);
        Value gamma = operand(check, seed, channels);
        Value beta = operand(check, seed, channels);
        Value mean = check.constant(Shape.of(channels), seed.normal(channels));
        Value variance = check.constant(Shape.of(channels), seed.normal(channels));
        if (seed.chance(.5)) {
            check.hasGradientAlready(y);
        }
        Activation activation = seed.pick(List.of(Activation.values()));
        check.check(new BnAct.Forward(activation, 1e-3, .03), y, gamma, beta, mean, variance);
    }

    @Seeds(10)
    void normalizationWithResidual(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        Value y = operand(check, seed, 2, 3, 5, 3);
        Value residual = seed.chance(.2) ? y : operand(check, seed, 2, 3, 5, 3);
        Value constant = check.constant(Shape.of(3), seed.normal(3));
        if (seed.chance(.5)) {
            check.hasGradientAlready(residual);
        }
        check.check(new BnAct.Forward(seed.pick(List.of(Activation.values())), 1e-3, .03), y, operand(check, seed, 3),
                operand(check, seed, 3), constant, constant, residual);
    }

    @Seeds(5)
    void activation(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        check.check(new Silu.Forward(), operand(check, seed, 1, 7, 13, 3));
    }

    @Seeds(5)
    void rectifier(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        check.check(new LeakyRelu.Forward(seed.pick(List.of(0., .1))), operand(check, seed, 1, 7, 13, 3));
    }

    @Seeds(20)
    void maxPooling(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        int kernel = seed.between(1, 5);
        Shape shape = Shape.of(seed.between(1, 2), seed.between(5, 13), seed.between(5, 7), seed.pick(1, 3));
        Value x = check.operand(shape, seed.distinct(shape.count()));
        if (seed.chance(.5)) {
            check.hasGradientAlready(x);
        }
        check.check(new MaxPool.Forward(kernel, seed.between(1, 3), seed.between(0, kernel / 2)), x);
    }

    @Seeds(20)
    void averagePooling(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        int kernel = seed.between(1, 4);
        Value x = operand(check, seed, seed.between(1, 2), seed.between(4, 13), seed.between(4, 7), seed.pick(1, 3));
        if (seed.chance(.5)) {
            check.hasGradientAlready(x);
        }
        check.check(new AveragePool.Forward(kernel, seed.between(1, 3), seed.between(0, kernel / 2)), x);
    }

    @Seeds(20)
    void softmax(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        Value x = seed.chance(.5) ? operand(check, seed, 2, seed.between(1, 3), 5, seed.pick(1, 2, 7, 13))
                : operand(check, seed, seed.between(1, 3), seed.pick(1, 7));
        if (seed.chance(.3)) {
            check.hasGradientAlready(x);
        }
        check.check(new Softmax.Forward(), x);
    }

    @Seeds(10)
    void productWithTheRightTransposed(Seed seed) {
        int channels = seed.pick(1, 3, 7);
        product(seed, new MatMul.RightTransposed(.4), new long[] {2, 2, 3, channels}, new long[] {2, 1, 5, channels});
    }

    @Seeds(10)
    void plainProduct(Seed seed) {
        int rows = seed.between(1, 3);
        int columns = seed.between(1, 4);
        product(seed, new MatMul.Plain(-1.5), new long[] {2, 3, 2, (long) rows * columns},
                new long[] {2, rows, columns, seed.pick(1, 3, 7)});
    }

    @Seeds(10)
    void productWithTheLeftTransposed(Seed seed) {
        int rows = seed.between(1, 3);
        int columns = seed.between(1, 4);
        product(seed, new MatMul.LeftTransposed(2, rows, columns), new long[] {2, 3, 2, (long) rows * columns},
                new long[] {2, 3, 2, seed.pick(1, 3, 7)});
    }

    private static void product(Seed seed, MatMul op, long[] left, long[] right) {
        GradientCheck check = new GradientCheck(seed);
        List<Value> operands = new ArrayList<>(List.of(operand(check, seed, left), operand(check, seed, right)));
        for (Value operand : operands) {
            if (seed.chance(.3)) {
                check.hasGradientAlready(operand);
            }
        }
        if (seed.chance(.3)) {
            operands.add(operand(check, seed, op.result(Shape.of(left), Shape.of(right)).dims()));
        }
        Graph graph = check.check(op, operands.toArray(Value[]::new));
        assertThat(graph.nodes()).as("no separate sum").hasSize(3);
    }

    @Seeds(5)
    void upsampling(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        Value x = operand(check, seed, seed.between(1, 2), seed.pick(1, 7), seed.pick(1, 3), seed.pick(1, 3));
        if (seed.chance(.5)) {
            check.hasGradientAlready(x);
        }
        check.check(new Upsample.Forward(seed.between(1, 3)), x);
    }

    @Seeds(10)
    void slice(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        int channels = seed.between(1, 13);
        Value x = operand(check, seed, 2, 1, 7, channels);
        if (seed.chance(.5)) {
            check.hasGradientAlready(x);
        }
        int offset = seed.between(0, channels - 1);
        check.check(new Slice.Forward(offset, seed.between(1, channels - offset)), x);
    }

    @Seeds(5)
    void reshape(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        Value x = operand(check, seed, 2, 4, 3, 5);
        if (seed.chance(.5)) {
            check.hasGradientAlready(x);
        }
        check.check(new Reshape(Shape.of(4, 6, 1, 5)), x);
    }

    @Seeds(2)
    void factorPerChannel(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        Value x = operand(check, seed, 2, 3, 2, 5);
        Value w = check.emit(new Reshape(Shape.of(5, 1, 1, 1)), operand(check, seed, 5));
        check.check(check.emit(new Conv2d.Forward(new Window(1, 0, 1, 5)), x, w));
    }

    @Seeds(5)
    void concat(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        Value left = operand(check, seed, 1, 3, 2, seed.between(1, 7));
        Value right = operand(check, seed, 1, 3, 2, seed.between(1, 7));
        Value idle = check.constant(left.shape(), seed.normal(left.shape().count()));
        check.hasGradientAlready(right);
        check.check(new Concat(), left, idle, right, left);
    }

    @Seeds(5)
    void sum(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        Value left = operand(check, seed, 1, 3, 2, 7);
        Value right = operand(check, seed, 1, 3, 2, 7);
        check.check(new Add(), left, right);
    }

    @Seeds(2)
    void sumOfAValueWithItself(Seed seed) {
        GradientCheck check = new GradientCheck(seed);
        Value x = operand(check, seed, 1, 3, 2, 7);
        check.check(new Add(), x, x);
    }

    private static Value operand(GradientCheck check, Seed seed, long... dims) {
        Shape shape = Shape.of(dims);
        return check.operand(shape, seed.normal(shape.count()));
    }
}
