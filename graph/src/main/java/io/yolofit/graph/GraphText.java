package io.yolofit.graph;

import java.util.List;
import java.util.StringJoiner;

/// Text form of a graph: one line per input, node and output. Used by golden tests and for reading.
/// ```
/// in  %0:u8[2,32,32,3] images input
/// %2:f32[2,32,32,3] = pixels %0 : images.float activation
/// out images = %2
/// ```
final class GraphText {
    private GraphText() {
    }

    static String of(Graph graph) {
        StringBuilder text = new StringBuilder();
        for (Value input : graph.inputs()) {
            text.append("in  ").append(typed(input)).append(' ').append(input.name()).append(' ')
                    .append(input.role().title()).append('\n');
        }
        for (Node node : graph.nodes()) {
            text.append(list(node.outputs(), true)).append(" = ").append(node.op().text());
            if (!node.inputs().isEmpty()) {
                text.append(' ').append(list(node.inputs(), false));
            }
            text.append(" : ").append(node.name()).append(' ').append(node.output(0).role().title()).append('\n');
        }
        graph.outputs().forEach((name, value) ->
                text.append("out ").append(name).append(" = %").append(value.id()).append('\n'));
        return text.toString();
    }

    private static String list(List<Value> values, boolean withType) {
        StringJoiner joined = new StringJoiner(", ");
        for (Value value : values) {
            joined.add(withType ? typed(value) : "%" + value.id());
        }
        return joined.toString();
    }

    private static String typed(Value value) {
        return "%" + value.id() + ":" + value.type();
    }
}
