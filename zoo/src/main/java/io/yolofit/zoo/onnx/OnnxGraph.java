package io.yolofit.zoo.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Builds the nodes and constants of an ONNX graph. Names are made unique by a number at their end; equal lists of
/// integers are stored once.
final class OnnxGraph {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("yolofit");
    private final Map<String, Integer> names = new HashMap<>();
    private final Map<String, String> integers = new HashMap<>();
    private final int opset;

    OnnxGraph(int opset) {
        this.opset = opset;
    }

    int opset() {
        return opset;
    }

    /// A new node; it is appended when its output is requested.
    OnnxNode node(String type, String name, String... inputs) {
        return node(type, name, Arrays.asList(inputs));
    }

    OnnxNode node(String type, String name, List<String> inputs) {
        return new OnnxNode(this, type, unique(name), inputs);
    }

    /// A node without attributes; returns the name of its output.
    String emit(String type, String name, String... inputs) {
        return node(type, name, inputs).output();
    }

    String append(NodeProto.Builder node) {
        graph.addNode(node);
        return node.getOutput(node.getOutputCount() - 1);
    }

    /// A tensor of integers, one-dimensional.
    String integers(long... values) {
        return integers.computeIfAbsent(Arrays.toString(values), _ -> {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(values);
            return initializer("integers", DataType.INT64, bytes, values.length);
        });
    }

    /// A scalar integer.
    String integer(long value) {
        return integers.computeIfAbsent(Long.toString(value), _ -> initializer("integer", DataType.INT64,
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).flip()));
    }

    /// A tensor of floats; in half precision, values are rounded to nearest even.
    String floats(String name, boolean half, float[] values, long... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * (half ? Short.BYTES : Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (half) {
                bytes.putShort(Float.floatToFloat16(value));
            } else {
                bytes.putFloat(value);
            }
        }
        return initializer(name, half ? DataType.FLOAT16 : DataType.FLOAT, bytes.flip(), dims);
    }

    /// A scalar float.
    String number(boolean half, double value) {
        return floats("number", half, new float[] {(float) value});
    }

    private String initializer(String name, DataType type, ByteBuffer bytes, long... dims) {
        String unique = unique(name);
        graph.addInitializer(TensorProto.newBuilder().setName(unique).setDataType(type.getNumber())
                .addAllDims(Arrays.stream(dims).boxed().toList()).setRawData(ByteString.copyFrom(bytes)));
        return unique;
    }

    private String unique(String name) {
        int uses = names.merge(name, 1, Integer::sum);
        return uses == 1 ? name : unique(name + "_" + (uses - 1));
    }

    /// Declares an input of the graph.
    ///
    /// @param dims numbers, or names of dimensions that are not fixed
    String input(String name, Object... dims) {
        graph.addInput(described(unique(name), dims));
        return name;
    }

    /// Declares a tensor as the output of the graph, under a name of its own.
    void output(String name, String tensor, Object... dims) {
        String unique = unique(name);
        graph.addNode(NodeProto.newBuilder().setOpType("Identity").setName(unique).addInput(tensor).addOutput(unique));
        graph.addOutput(described(unique, dims));
    }

    private static ValueInfoProto described(String name, Object... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object dim : dims) {
            shape.addDim(dim instanceof Long fixed ? TensorShapeProto.Dimension.newBuilder().setDimValue(fixed)
                    : TensorShapeProto.Dimension.newBuilder().setDimParam(dim.toString()));
        }
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(
                TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()).setShape(shape))).build();
    }

    GraphProto build() {
        return graph.build();
    }
}
