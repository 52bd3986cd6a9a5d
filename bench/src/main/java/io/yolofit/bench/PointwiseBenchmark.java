package io.yolofit.bench;

import io.yolofit.app.console.Console;
import io.yolofit.engine.Executable;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.plan.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Bandwidth of the pointwise kernels on a GPU as a share of the bandwidth of a copy in the same run, on tensors of 256
/// MiB, which exceed the caches. Bytes are those of [Op#cost(Node)]: normalization reads y twice, for its statistics
/// and to apply them, and its gradient reads both operands twice.
///
/// Arguments: precision (F16 or BF16), repetitions, channels (such as 32,64).
public final class PointwiseBenchmark {
    private static final String CHANNELS = "32,48,64,96,128,192,256,320,512,640,1280";
    private static final long TENSOR_BYTES = 256L << 20;
    private static final int NODES = 6;
    private static final int WIDTH = 256;
    private static final int WARM_UP = 3;
    private static final int BLOCK = 1 << 20;

    private PointwiseBenchmark() {
    }

    public static void main(String[] arguments) {
        DType precision = arguments.length > 0 ? DType.valueOf(arguments[0]) : DType.F16;
        int repetitions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        String channels = arguments.length > 2 ? arguments[2] : CHANNELS;
        Console console = Console.ofSystem();
        console.line("| channels | op | ms | TB/s | copy TB/s | share |");
        console.line("|---|---|---|---|---|---|");
        for (String count : channels.split(",")) {
            long c = Long.parseLong(count.strip());
            for (Map.Entry<String, Graph> graph : graphs(precision, c).entrySet()) {
                try (CudaEngine engine = Engines.cuda()) {
                    double copy = engine.copyBandwidth();
                    double seconds = measure(engine, graph.getValue(), repetitions);
                    Node node = graph.getValue().nodes().getFirst();
                    double bandwidth = node.op().cost(node).bytes() / seconds;
                    console.line("| %d | %s | %.4f | %.2f | %.2f | %.0f %% |".formatted(c, graph.getKey(),
                            seconds * 1e3, bandwidth / 1e12, copy / 1e12, 100 * bandwidth / copy));
                }
            }
        }
    }

    /// Median seconds of one node.
    private static double measure(CudaEngine engine, Graph graph, int repetitions) {
        Program program = Program.of(graph, engine.workspace());
        engine.reserve(List.of(program));
        try (Executable executable = engine.compile(program)) {
            for (Value input : graph.inputs()) {
                executable.write(input.name(), random(input.type()));
            }
            for (int i = 0; i < WARM_UP; i++) {
                executable.profile((node, nanoseconds) -> { });
            }
            List<Double> seconds = new ArrayList<>();
            for (int i = 0; i < repetitions; i++) {
                executable.profile((node, nanoseconds) -> seconds.add(nanoseconds / 1e9));
            }
            return TrainingBench.median(seconds.stream().mapToDouble(Double::doubleValue).toArray());
        }
    }

    /// A graph that repeats one op. Its results are unused, so that all share one buffer.
    private static Map<String, Graph> graphs(DType type, long channels) {
        long rows = TENSOR_BYTES / type.bytes() / channels / WIDTH;
        TensorType tensor = TensorType.of(type, 1, rows, WIDTH, channels);
        TensorType vector = TensorType.of(DType.F32, channels);
        Map<String, Graph> graphs = new LinkedHashMap<>();
        graphs.put("cast", graph(new Cast(type == DType.F16 ? DType.BF16 : DType.F16), tensor));
        graphs.put("add", graph(new Add(), tensor, tensor));
        graphs.put("bnact.forward", graph(new BnAct.Forward(Activation.SILU, 1e-3, .03), tensor, vector, vector,
                vector, vector));
        graphs.put("bnact.gradient", graph(new BnAct.Gradient(Activation.SILU), tensor, tensor, vector, vector, vector,
                vector));
        return graphs;
    }

    private static Graph graph(Op op, TensorType... operands) {
        GraphBuilder builder = new GraphBuilder();
        List<Value> inputs = new ArrayList<>();
        for (TensorType operand : operands) {
            inputs.add(builder.input("x" + inputs.size(), operand, Role.INPUT));
        }
        for (int i = 0; i < NODES; i++) {
            builder.emit(op, op.name() + i, Role.ACTIVATION, inputs);
        }
        // graph outputs stay live, so the last node does not overwrite the inputs in place
        for (int i = 0; i < inputs.size(); i++) {
            builder.output("kept" + i, inputs.get(i));
        }
        return builder.build();
    }

    /// Random numbers in [0.5, 1.5], positive because some operands are variances. One block of them is repeated.
    private static MemorySegment random(TensorType type) {
        SplittableRandom random = new SplittableRandom(1);
        MemorySegment all = Arena.ofAuto().allocate(type.bytes(), Float.BYTES);
        int bytes = type.dtype().bytes();
        long count = type.shape().count();
        for (long i = 0; i < Math.min(count, BLOCK); i++) {
            float value = (float) random.nextDouble(.5, 1.5);
            switch (type.dtype()) {
                case F32 -> all.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
                case F16 -> all.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(value));
                case BF16 -> all.setAtIndex(ValueLayout.JAVA_SHORT, i,
                        (short) (Float.floatToRawIntBits(value) >>> Short.SIZE));
                case U8, I32 -> throw new IllegalArgumentException("no activations are " + type);
            }
        }
        long block = (long) BLOCK * bytes;
        for (long at = block; at < type.bytes(); at += block) {
            MemorySegment.copy(all, 0, all, at, Math.min(block, type.bytes() - at));
        }
        return all;
    }
}
