package io.yolofit.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Every convolution of a model as JSON, for `bench/gpu-host/reference.py`, which times them in PyTorch.
///
/// Arguments: model, batch, image size, file.
public final class ConvolutionList {
    private static final int CLASSES = 80;

    private ConvolutionList() {
    }

    public static void main(String[] arguments) throws IOException {
        int batch = Integer.parseInt(arguments[1]);
        int size = Integer.parseInt(arguments[2]);
        Graph forward = Model.of(ArchitectureCatalog.find(arguments[0]), CLASSES).forward(batch, size, size);
        JsonMapper mapper = JsonMapper.builder().build();
        ObjectNode root = mapper.createObjectNode().put("model", arguments[0]).put("batch", batch).put("size", size);
        ArrayNode list = root.putArray("convolutions");
        for (Node node : forward.nodes()) {
            if (node.op() instanceof Conv2d.Forward(var window)) {
                Shape x = node.input(0).shape();
                Shape w = node.input(1).shape();
                boolean first = list.isEmpty(); // its input is the images, which need no gradient
                list.addObject().put("name", node.name()).put("n", x.dim(0)).put("h", x.dim(1)).put("w", x.dim(2))
                        .put("c", x.dim(3)).put("k", w.dim(0)).put("kernel", w.dim(1))
                        .put("stride", window.stride()).put("padding", window.padding())
                        .put("dilation", window.dilation()).put("groups", window.groups())
                        .put("input_gradient", !first);
            }
        }
        Files.writeString(Path.of(arguments[3]), root.toPrettyString());
    }
}
