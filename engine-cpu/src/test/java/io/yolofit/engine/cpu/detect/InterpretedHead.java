package io.yolofit.engine.cpu.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.graph.DType;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Assignment;
import io.yolofit.graph.op.BranchWeight;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.TargetColumn;
import io.yolofit.graph.reference.Interpreter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Fixture: a head on the fp64 interpreter, which defines the semantics of loss and decoder.
final class InterpretedHead {
    private static final List<Integer> STRIDES = Arrays.stream(RandomHead.STRIDES).boxed().toList();

    /// Of the largest gradient: overlaps are rounded to single precision, and their sixth powers amplify that.
    private static final double TOLERANCE = 1e-4;

    private final RandomHead head;
    private final GraphBuilder builder = new GraphBuilder();
    private final List<Value> inputs = new ArrayList<>();
    private final List<double[]> contents = new ArrayList<>();

    private InterpretedHead(RandomHead head) {
        this.head = head;
        for (int level = 0; level < RandomHead.STRIDES.length; level++) {
            input("box", level, 4L * head.regMax(), head.box()[level]);
            input("cls", level, head.classes(), head.cls()[level]);
        }
    }

    /// Items, then the gradients of box and class logits, level by level.
    static List<double[]> loss(RandomHead head, LossSettings settings, double lossScale) {
        InterpretedHead it = new InterpretedHead(head);
        Targets targets = head.targets();
        double[] rows = Arrays.copyOf(doubles(targets.rows()), targets.rows().length + TargetColumn.COUNT);
        it.input("targets", TensorType.of(DType.F32, rows.length / TargetColumn.COUNT, TargetColumn.COUNT), rows);
        it.input("offsets", TensorType.of(DType.I32, targets.images() + 1),
                Arrays.stream(targets.offsets()).asDoubleStream().toArray());
        it.input("scalars", TensorType.of(DType.F32, StepScalars.COUNT),
                doubles(StepScalars.lossOnly().withLossScale((float) lossScale, 1).toArray()));
        return it.run(new DetectionLoss(STRIDES, settings.regMax(),
                new Assignment(settings.topK(), settings.keep(), settings.alpha(), settings.beta()),
                settings.boxGain(), settings.clsGain(), settings.dflGain(), BranchWeight.ONE, true));
    }

    /// Rows of cx, cy, w, h and class probabilities.
    static double[] predictions(RandomHead head) {
        return new InterpretedHead(head).run(new DetectionDecode(STRIDES, head.regMax())).getFirst();
    }

    /// Checks value and gradients of a loss.
    static void assertAgrees(RandomHead head, LossSettings settings, double lossScale, String where) {
        List<double[]> expected = loss(head, settings, lossScale);
        List<HeadLevel> levels = head.levels();
        LossResult result = new io.yolofit.engine.cpu.detect.DetectionLoss(settings, Runnable::run, 1)
                .compute(levels, head.targets(), lossScale);
        double[] items = expected.getFirst();
        assertThat(new double[] {result.box(), result.cls(), result.dfl()}).as(where)
                .containsExactly(items, within(5e-6 * Arrays.stream(items).max().orElseThrow()));
        assertThat(result.total()).isEqualTo((result.box() + result.cls() + result.dfl()) * head.images());
        for (int level = 0; level < levels.size(); level++) {
            assertClose(levels.get(level).boxGradient(), expected.get(1 + 2 * level), where + ", box " + level);
            assertClose(levels.get(level).clsGradient(), expected.get(2 + 2 * level), where + ", cls " + level);
        }
    }

    private static void assertClose(MemorySegment segment, double[] expected, String where) {
        double[] actual = doubles(RandomHead.floats(LogitType.F32, segment));
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(actual[i] - expected[i]) <= TOLERANCE * largest + 1e-12)) { // one assertion each is slow
                assertThat(actual[i]).as("%s, gradient %d", where, i).isEqualTo(expected[i]);
            }
        }
    }

    private void input(String name, int level, long channels, float[] values) {
        int stride = RandomHead.STRIDES[level];
        input(name + level, TensorType.of(DType.F32, head.images(), head.height() / stride, head.width() / stride,
                channels), doubles(values));
    }

    private void input(String name, TensorType type, double[] values) {
        inputs.add(builder.input(name, type, Role.INPUT));
        contents.add(values);
    }

    private List<double[]> run(Op op) {
        builder.emit(op, "head", Role.ACTIVATION, inputs);
        return Interpreter.evaluate(builder.build().nodes().getFirst(), contents);
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
}
