package io.yolofit.zoo.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;

/// Builder of one node of an [OnnxGraph]: attributes, then [#output()], which appends the node.
final class OnnxNode {
    private final OnnxGraph graph;
    private final NodeProto.Builder node;

    OnnxNode(OnnxGraph graph, String type, String name, List<String> inputs) {
        this.graph = graph;
        node = NodeProto.newBuilder().setOpType(type).setName(name).addAllInput(inputs);
    }

    OnnxNode integer(String name, long value) {
        node.addAttribute(AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value));
        return this;
    }

    OnnxNode integers(String name, long... values) {
        node.addAttribute(AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS)
                .addAllInts(Arrays.stream(values).boxed().toList()));
        return this;
    }

    OnnxNode real(String name, double value) {
        node.addAttribute(AttributeProto.newBuilder().setName(name).setType(AttributeType.FLOAT).setF((float) value));
        return this;
    }

    OnnxNode text(String name, String value) {
        node.addAttribute(AttributeProto.newBuilder().setName(name).setType(AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value)));
        return this;
    }

    /// Appends the node; returns the name of its output, which is the name of the node.
    String output() {
        return graph.append(node.addOutput(node.getName()));
    }

    /// The same for the last of several outputs; the others have numbered names that nothing reads.
    String lastOf(int outputs) {
        for (int i = 0; i < outputs - 1; i++) {
            node.addOutput(node.getName() + ".unused" + i);
        }
        return graph.append(node.addOutput(node.getName()));
    }

    /// The same for two outputs, of which both are read.
    List<String> pair() {
        String first = node.getName() + ".0";
        node.addOutput(first);
        return List.of(first, graph.append(node.addOutput(node.getName() + ".1")));
    }
}
