package io.yolofit.graph.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Upsample;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.testing.Vectors;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Ops on small integers, checked by hand.
class InterpreterTest {
    private final GraphBuilder builder = new GraphBuilder();
    private final Map<String, double[]> contents = new HashMap<>();

    @Test
    void convolutionOfOneChannel() {
        Value x = input(Shape.of(1, 3, 3, 1), 1, 2, 3, 4, 5, 6, 7, 8, 9);
        Value w = input(Shape.of(1, 2, 2, 1), 1, 10, 100, 1000);
        Value b = input(Shape.of(1), .5);
        assertThat(run(new Conv2d.Forward(Window.of(1, 0)), x, w, b)).containsExactly(5421.5, 6532.5, 8754.5, 9865.5);
        assertThat(run(new Conv2d.Forward(Window.of(2, 1)), x, w)).containsExactly(1000, 3200, 7040, 9865);
    }

    @Test
    void groupsReadTheirOwnChannelsOnly() {
        Value x = input(Shape.of(1, 1, 1, 4), 1, 2, 3, 4);
        Value w = input(Shape.of(2, 1, 1, 2), 1, 10, 100, 1000);
        assertThat(run(new Conv2d.Forward(new Window(1, 0, 1, 2)), x, w)).containsExactly(21, 4300);
    }

    @Test
    void dilationSpreadsTheKernel() {
        Value x = input(Shape.of(1, 1, 5, 1), 1, 2, 3, 4, 5);
        Value w = input(Shape.of(1, 1, 3, 1), 1, 10, 100);
        assertThat(run(new Conv2d.Forward(new Window(1, 0, 2, 1)), x, w)).containsExactly(531);
    }

    @Test
    void normalizationByBatchStatistics() {
        Value y = input(Shape.of(1, 1, 2, 2), 1, 10, 3, 30);
        BnAct.Forward op = new BnAct.Forward(Activation.IDENTITY, 0, .25);
        List<double[]> results = runAll(op, y, input(Shape.of(2), 2, 1), input(Shape.of(2), 5, 0),
                input(Shape.of(2), 8, 0), input(Shape.of(2), 4, 0));
        assertThat(results.get(0)).containsExactly(3, -1, 7, 1);
        assertThat(results.get(1)).as("mean").containsExactly(2, 20);
        assertThat(results.get(2)).as("invstd").containsExactly(1, .1);
        assertThat(results.get(3)).as("running mean").containsExactly(.75 * 8 + .25 * 2, 5);
        assertThat(results.get(4)).as("running variance, unbiased").containsExactly(.75 * 4 + .25 * 2, 50);
    }

    @Test
    void normalizationOfOneValuePerChannelLeavesRunningStatisticsUnchanged() {
        Value y = input(Shape.of(1, 1, 1, 2), 7, -3);
        BnAct.Forward op = new BnAct.Forward(Activation.IDENTITY, .25, .5);
        List<double[]> results = runAll(op, y, input(Shape.of(2), 2, 1), input(Shape.of(2), 5, 6),
                input(Shape.of(2), 8, 9), input(Shape.of(2), 4, 3));
        assertThat(results.get(0)).containsExactly(5, 6);
        assertThat(results.get(1)).as("mean").containsExactly(7, -3);
        assertThat(results.get(2)).as("invstd").containsExactly(2, 2);
        assertThat(results.get(3)).as("running mean").containsExactly(8, 9);
        assertThat(results.get(4)).as("running variance").containsExactly(4, 3);
    }

    @Test
    void poolingIgnoresThePadding() {
        Value x = input(Shape.of(1, 2, 2, 1), -1, -2, -3, -4);
        assertThat(run(new MaxPool.Forward(3, 1, 1), x)).containsExactly(-1, -1, -1, -1);
        assertThat(run(new MaxPool.Forward(2, 2, 0), x)).containsExactly(-1);
    }

    @Test
    void firstOfEqualMaximaGetsTheGradient() {
        Value x = input(Shape.of(1, 2, 2, 1), 7, 7, 7, 7);
        assertThat(run(new MaxPool.Gradient(2, 2, 0), x, input(Shape.of(1, 1, 1, 1), 3))).containsExactly(3, 0, 0, 0);
    }

    @Test
    void concatSliceAndFlatOpsMoveElements() {
        Value x = input(Shape.of(1, 1, 2, 2), 1, 2, 3, 4);
        Value z = input(Shape.of(1, 1, 2, 1), 5, 6);
        assertThat(run(new Concat(), x, z)).containsExactly(1, 2, 5, 3, 4, 6);
        assertThat(run(new Slice.Forward(1, 1), x)).containsExactly(2, 4);
        assertThat(run(new Slice.Gradient(1, 3), z)).containsExactly(0, 5, 0, 0, 6, 0);
        assertThat(run(new Upsample.Forward(2), z)).containsExactly(5, 5, 6, 6, 5, 5, 6, 6);
        Value flat = input(Shape.of(4), 1, 2, 3, 4);
        assertThat(run(new Flat.View(1, Shape.of(2)), flat)).containsExactly(2, 3);
        assertThat(run(new Flat.Pack(false), z, flat)).containsExactly(5, 6, 1, 2, 3, 4);
        assertThat(run(new Cast(DType.F16), flat)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void pixelsAreScaledToOne() {
        Value x = builder.input("bytes", TensorType.of(DType.U8, 1, 1, 1, 3), Role.INPUT);
        contents.put("bytes", new double[] {0, 51, 255});
        assertThat(run(new Pixels(DType.F32), x)).containsExactly(0, 51 / 255.0, 1);
    }

    @Test
    void distributionsAreDecodedToBoxes() {
        double[] logits = new double[2 * 16]; // two cells of 8 pixels
        logits[3] = 100; // left 3, top 0, right 1, bottom 2 of the first
        logits[4] = 100;
        logits[8 + 1] = 100;
        logits[12 + 2] = 100;
        Value boxes = input(Shape.of(1, 1, 2, 16), logits);
        Value classes = input(Shape.of(1, 1, 2, 1), 0, Math.log(3));
        double[] rows = run(new DetectionDecode(List.of(8), 4), boxes, classes);
        Vectors.assertClose(rows, new double[] {
            8 * (.5 - 1), 8 * (.5 + 1), 8 * 4, 8 * 2, .5,
            8 * 1.5, 8 * .5, 8 * 3, 8 * 3, .75}, 1e-12, "rows");
    }

    @Test
    void stateIsTheResultOfTheLastUpdateInPlace() {
        Value flat = input(Shape.of(2), 1, 2);
        Value first = emit(new Flat.Pack(true), flat, input(Shape.of(2), 3, 4));
        emit(new Flat.Pack(true), first, input(Shape.of(2), 5, 6));
        Graph graph = builder.build();
        Evaluation evaluation = Interpreter.run(graph, contents);
        assertThat(evaluation.state("in0")).containsExactly(5, 6);
        assertThat(evaluation.state("in1")).containsExactly(3, 4);
        assertThat(evaluation.of(first)).containsExactly(3, 4);
        assertThat(contents.get("in0")).as("the caller's array").containsExactly(1, 2);
    }

    @Test
    void inputsAreChecked() {
        input(Shape.of(2), 1, 2);
        Graph graph = builder.build();
        assertThatThrownBy(() -> Interpreter.run(graph, Map.of()))
                .hasMessage("%0:f32[2] in0 needs 2 elements, but has none");
        assertThatThrownBy(() -> Interpreter.run(graph, Map.of("in0", new double[3])))
                .hasMessage("%0:f32[2] in0 needs 2 elements, but has 3");
    }

    private Value input(Shape shape, double... elements) {
        String name = "in" + contents.size();
        contents.put(name, elements);
        return builder.input(name, new TensorType(DType.F32, shape), Role.PARAMETER);
    }

    private Value emit(Op op, Value... operands) {
        return builder.emit(op, "node", Role.ACTIVATION, operands).getFirst();
    }

    private double[] run(Op op, Value... operands) {
        return runAll(op, operands).getFirst();
    }

    private List<double[]> runAll(Op op, Value... operands) {
        List<Value> outputs = builder.emit(op, "node", Role.ACTIVATION, Arrays.asList(operands));
        Evaluation evaluation = Interpreter.run(builder.build(), contents);
        return outputs.stream().map(evaluation::of).toList();
    }
}
