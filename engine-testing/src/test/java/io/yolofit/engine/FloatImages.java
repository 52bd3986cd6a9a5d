package io.yolofit.engine;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.rewrite.Pass;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Test pass: replaces the uint8 image input by an fp32 input.
final class FloatImages implements Pass {
    @Override
    public Graph run(Graph graph) {
        GraphBuilder builder = new GraphBuilder();
        Map<Value, Value> now = new IdentityHashMap<>();
        for (Value input : graph.inputs()) {
            DType dtype = input.name().equals("images") ? DType.F32 : input.dtype();
            now.put(input, builder.input(input.name(), input.type().withType(dtype), input.role()));
        }
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Pixels) {
                now.put(node.output(0), now.get(node.input(0)));
                continue;
            }
            List<Value> outputs = builder.emit(node.op(), node.name(), Role.ACTIVATION,
                    node.inputs().stream().map(now::get).toList());
            for (int i = 0; i < outputs.size(); i++) {
                now.put(node.output(i), outputs.get(i));
            }
        }
        graph.outputs().forEach((name, value) -> builder.output(name, now.get(value)));
        return builder.build();
    }
}
