package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.Update;
import io.yolofit.testkit.Seed;
import java.util.ArrayList;
import java.util.List;

/// Flat buffers: views, packing, norm, loss scale, one update. Always fp32, except for views of half-precision weights.
final class StateCases {
    private static final int LONGER_THAN_A_PIECE = 70_000;

    private StateCases() {
    }

    private static List<Shape> shapes(Seed seed) {
        List<Shape> shapes = new ArrayList<>();
        int count = seed.between(1, 6);
        for (int i = 0; i < count; i++) {
            shapes.add(seed.chance(.5) ? Shape.of(seed.pick(1, 3, 8, 33))
                    : Shape.of(seed.pick(1, 3, 8), seed.pick(1, 3, 6), seed.pick(1, 3), seed.pick(1, 7, 8)));
        }
        return shapes;
    }

    private static long count(List<Shape> shapes) {
        return shapes.stream().mapToLong(Shape::count).sum();
    }

    static Agreement view(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        List<Shape> shapes = shapes(seed);
        Value flat = agreement.normal("flat", seed, type, count(shapes));
        long offset = 0;
        for (Shape shape : shapes) {
            Value view = agreement.one(new Flat.View(offset, shape), flat);
            agreement.compare(view, Tolerance.EXACT).compare(agreement.one(new Silu.Forward(), view),
                    Tolerance.roundings(type, 1.02).andOfLargest(DType.F32, 8));
            offset += shape.count();
        }
        return agreement;
    }

    /// Parts that are inputs, parts that a node writes, and parts that are views of the same buffer.
    static Agreement pack(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        List<Shape> shapes = shapes(seed);
        boolean into = seed.chance(.5);
        List<Value> operands = new ArrayList<>();
        if (into) {
            operands.add(agreement.normal("flat", seed, DType.F32, count(shapes)));
        }
        for (Shape shape : shapes) {
            Value part = agreement.normal("part" + operands.size(), seed, DType.F32, shape.dims());
            operands.add(seed.chance(.5) ? part : agreement.one(new Silu.Forward(), part));
        }
        return agreement.compare(agreement.one(new Flat.Pack(into), operands.toArray(Value[]::new)),
                Tolerance.roundings(DType.F32, 1.02).andOfLargest(DType.F32, 8));
    }

    static Agreement norm(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        double[] gradients = seed.normal(seed.pick(1, 7, 300, 2 * LONGER_THAN_A_PIECE));
        if (seed.chance(.3)) {
            gradients[gradients.length / 2] = seed.pick(List.of(Double.NaN, Double.POSITIVE_INFINITY));
        }
        Value flat = agreement.input("flat", TensorType.of(DType.F32, gradients.length), gradients);
        return agreement.compare(agreement.one(new GradientNorm(), flat), Tolerance.roundings(DType.F32, 1.02));
    }

    private static Value scaler(Agreement agreement, Seed seed, int interval) {
        return agreement.input("scaler", TensorType.of(DType.F32, LossScale.COUNT),
                new double[] {seed.pick(List.of(1.0, 1024.0, 65536.0, 0x1p-14)), seed.between(0, interval - 1),
                    seed.pick(0, 1, 70_000)});
    }

    static Agreement scaledScalars(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        Value scalars = agreement.input("scalars", TensorType.of(DType.F32, StepScalars.COUNT), scalars(seed));
        return agreement.compare(agreement.one(new LossScale.Apply(), scalars, scaler(agreement, seed, 7)),
                Tolerance.EXACT);
    }

    /// In the middle and at the end of a sequence of finite steps, and with a non-finite norm.
    static Agreement adjustedScale(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        int interval = seed.pick(1, 2, 3);
        double norm = seed.pick(List.of(0.0, 3.0, 3e38, Double.NaN, Double.POSITIVE_INFINITY));
        Value scaler = scaler(agreement, seed, interval);
        double growth = seed.pick(List.of(1.0, 2.0, 4.0));
        return agreement.compare(agreement.one(new LossScale.Adjust(growth, .25, interval), scaler,
                agreement.input("norm", TensorType.of(DType.F32, 1), new double[] {norm})), Tolerance.EXACT);
    }

    /// With frozen parameters, empty groups, and a norm that is clipped, not clipped or not finite.
    static Agreement update(Seed seed, DType type) {
        Agreement agreement = new Agreement();
        Update.Rule rule = seed.pick(List.of(Update.Rule.values()));
        long weights = seed.pick(0, 1, 37, LONGER_THAN_A_PIECE);
        long norms = weights + seed.pick(0, 1, 8);
        long trainable = norms + seed.pick(1, 5);
        long parameters = trainable + seed.pick(0, 11);
        long statistics = seed.pick(0, 9);
        Value gradients = agreement.normal("gradients", seed, DType.F32, trainable);
        double norm = seed.pick(List.of(3.0, 30.0, 3e4, Double.NaN, Double.POSITIVE_INFINITY));
        List<Value> operands = new ArrayList<>(List.of(
                agreement.normal("parameters", seed, DType.F32, parameters), gradients,
                agreement.input("norm", TensorType.of(DType.F32, 1), new double[] {norm}),
                agreement.input("scalars", TensorType.of(DType.F32, StepScalars.COUNT), scalars(seed)),
                agreement.normal("ema", seed, DType.F32, parameters + statistics),
                agreement.normal("statistics", seed, DType.F32, statistics)));
        for (int i = 0; i < rule.moments(); i++) {
            operands.add(agreement.uniform("moment" + i, seed, 1e-3, 1, trainable));
        }
        List<Value> updated = agreement.emit(new Update(rule, List.of(weights, norms, trainable), seed.chance(.5)),
                operands.toArray(Value[]::new));
        return agreement.compare(updated, Tolerance.roundings(DType.F32, 8).andOfLargest(DType.F32, 8));
    }

    /// Step scalars of the first or of a later step.
    static double[] scalars(Seed seed) {
        float[] rates = Elements.floats(seed.uniform(3, .001, .1));
        StepScalars scalars = new StepScalars(rates, (float) seed.uniform(.8, .95), .999f, (float) seed.uniform(0, .01),
                (float) seed.uniform(.5, .999), 10, seed.pick(1, 1024), seed.pick(1, 2, 100))
                .withBranchWeights(.625, .375);
        return Elements.doubles(scalars.toArray());
    }
}
