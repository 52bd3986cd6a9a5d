package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.base.NativeBundle;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Window;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.testkit.Seed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Checks the interpreter, which is the reference for the engines, against libtorch's autograd in fp64, on convolution,
/// normalization and SiLU.
class AutogradTest {
    private static final double EPSILON = 1e-3;
    private static final double MOMENTUM = .03;
    private static final Tolerance FP64 = new Tolerance(1e-10, 1e-12);

    static {
        NativeBundle.PYTORCH.load();
    }

    private final Map<String, double[]> contents = new LinkedHashMap<>();
    private final Map<String, Tensor> leaves = new LinkedHashMap<>();
    private final GraphBuilder builder = new GraphBuilder();

    static Stream<Seed> seeds() {
        return Seed.several("autograd", 10);
    }

    @ParameterizedTest(name = "test.seed={0}")
    @MethodSource("seeds")
    void gradientsOfTheInterpreterMatchAutograd(Seed seed) {
        int groups = seed.pick(1, 1, 2);
        int kernel = seed.pick(1, 3, 6);
        Window window = new Window(seed.pick(1, 2), kernel / 2, 1, groups);
        long channels = seed.pick(3, 8, 13);
        try (var _ = new PointerScope()) {
            Value x = leaf("x", seed, 0, seed.between(1, 3), seed.pick(5, 12), seed.pick(5, 7), groups * 3L);
            Value w = leaf("w", seed, 0, channels * groups, kernel, kernel, 3);
            Value gamma = leaf("gamma", seed, 1, channels * groups);
            Value beta = leaf("beta", seed, 0, channels * groups);
            Value mean = leaf("mean", seed, 0, channels * groups);
            Value variance = leaf("variance", seed, 3, channels * groups);
            Value y = one(new Conv2d.Forward(window), x, w);
            List<Value> a = emit(new BnAct.Forward(Activation.SILU, EPSILON, MOMENTUM), y, gamma, beta, mean, variance);
            Value da = leaf("da", seed, 0, a.getFirst().shape().dims());
            List<Value> dbn = emit(new BnAct.Gradient(Activation.SILU), da, y, gamma, beta, a.get(1), a.get(2));
            builder.output("a", a.getFirst());
            builder.output("mean'", a.get(3));
            builder.output("variance'", a.get(4));
            builder.output("dgamma", dbn.get(1));
            builder.output("dbeta", dbn.get(2));
            builder.output("dx", one(new Conv2d.DataGrad(window, x.shape()), dbn.getFirst(), w));
            builder.output("dw", one(new Conv2d.WeightGrad(window, w.shape()), x, dbn.getFirst()));
            Graph graph = builder.build();
            Evaluation ours = Interpreter.run(graph, contents);
            Map<String, Tensor> theirs = autograd(window);
            theirs.forEach((name, tensor) ->
                    assertThat(exceeded(ours.output(name), tensor)).as(name).isLessThanOrEqualTo(1));
        }
    }

    private Map<String, Tensor> autograd(Window window) {
        for (String name : List.of("x", "w", "gamma", "beta")) {
            leaves.get(name).set_requires_grad(true);
        }
        long[] stride = {window.stride(), window.stride()};
        long[] padding = {window.padding(), window.padding()};
        Tensor y = torch.conv2d(leaves.get("x"), leaves.get("w"), new TensorOptional(), stride, padding,
                new long[] {1, 1}, window.groups());
        Tensor a = torch.silu(torch.batch_norm(y, new TensorOptional(leaves.get("gamma")),
                new TensorOptional(leaves.get("beta")), new TensorOptional(leaves.get("mean")),
                new TensorOptional(leaves.get("variance")), true, MOMENTUM, EPSILON, false));
        a.backward(leaves.get("da"), new BoolOptional(), false, new TensorArrayRefOptional());
        Map<String, Tensor> results = new LinkedHashMap<>();
        results.put("a", a.detach());
        results.put("mean'", leaves.get("mean"));
        results.put("variance'", leaves.get("variance"));
        for (String name : List.of("x", "w", "gamma", "beta")) {
            results.put("d" + name, leaves.get(name).grad());
        }
        return results;
    }

    /// An input of both: `[N,H,W,C]` for the interpreter, `[N,C,H,W]` for libtorch.
    private Value leaf(String name, Seed seed, double center, long... dims) {
        TensorType type = TensorType.of(DType.F32, dims);
        double[] values = seed.uniform(type.shape().count(), center - 1, center + 1);
        contents.put(name, values.clone());
        Tensor tensor = Tensor.create(values, dims);
        leaves.put(name, (dims.length == 4 ? tensor.permute(0, 3, 1, 2).contiguous() : tensor).clone());
        return builder.input(name, type, Role.INPUT);
    }

    private List<Value> emit(Op op, Value... operands) {
        return builder.emit(op, op.name(), Role.ACTIVATION, operands);
    }

    private Value one(Op op, Value... operands) {
        return emit(op, operands).getFirst();
    }

    private static double exceeded(double[] ours, Tensor tensor) {
        Tensor packed = (tensor.dim() == 4 ? tensor.permute(0, 2, 3, 1) : tensor).contiguous();
        double[] theirs = new double[ours.length];
        assertThat(packed.numel()).isEqualTo(ours.length);
        packed.data_ptr_double().get(theirs);
        double worst = 0;
        double scale = 0;
        for (double value : theirs) {
            scale = Math.max(scale, Math.abs(value));
        }
        for (int i = 0; i < ours.length; i++) {
            double allowed = FP64.relative() * Math.abs(theirs[i]) + FP64.absolute() * scale;
            worst = Math.max(worst, Math.abs(ours[i] - theirs[i]) / allowed);
        }
        return worst;
    }
}
