package io.yolofit.zoo.weights;

import io.yolofit.zoo.weights.PickleWriter.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A `.pt` of a whole detector, as written by training, with any weights; for tests.
public final class CraftedCheckpoint {
    private static final String SEQUENTIAL = "torch.nn.modules.container.Sequential";

    private final TorchZip zip;

    private CraftedCheckpoint(TorchZip zip) {
        this.zip = zip;
    }

    /// A file with tensors only, under `prefix`, in nested dicts with one key each.
    public static CraftedCheckpoint tensorsOnly(Map<String, TensorData> tensors, String prefix, String... wrappers) {
        Map<String, Object> content = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> content.put(prefix + name,
                Tensor.contiguous("FloatStorage", "" + content.size(), tensor.shape())));
        Map<String, Object> top = content;
        for (String wrapper : List.of(wrappers).reversed()) {
            top = TorchModels.dict(wrapper, top, "epoch", 3);
        }
        TorchZip zip = TorchZip.of(top);
        int key = 0;
        for (TensorData tensor : tensors.values()) {
            zip.floats("" + key++, tensor.toFloats());
        }
        return new CraftedCheckpoint(zip);
    }

    /// @param yamlFile of the architecture in the checkpoint, or null
    /// @param tensors by name, in file layout
    /// @param sppfActivation Python class, without package, of the activation of `model.9.cv1`
    /// @param names of the classes
    public static CraftedCheckpoint of(String yamlFile, Map<String, TensorData> tensors, String sppfActivation,
            List<String> names) {
        Map<String, Object> yaml = TorchModels.dict("nc", names.size(), "scale", "n");
        if (yamlFile != null) {
            yaml.put("yaml_file", yamlFile);
        }
        return of(yaml, tensors, sppfActivation, names);
    }

    /// @param yaml dict of the architecture
    public static CraftedCheckpoint of(Map<String, Object> yaml, Map<String, TensorData> tensors,
            String sppfActivation, List<String> names) {
        Node root = new Node();
        int key = 0;
        for (Map.Entry<String, TensorData> tensor : tensors.entrySet()) {
            root.add(tensor.getKey(), Tensor.contiguous("FloatStorage", "" + key++, tensor.getValue().shape()));
        }
        root.child("model").child("9").child("cv1").child("act").type = "torch.nn.modules.activation." + sppfActivation;
        Map<Integer, String> byNumber = new TreeMap<>();
        names.forEach(name -> byNumber.put(byNumber.size(), name));
        TorchZip zip = TorchZip.of(TorchModels.dict("epoch", -1, "model", root.module("names", byNumber, "yaml",
                yaml)));
        key = 0;
        for (TensorData tensor : tensors.values()) {
            zip.floats("" + key++, tensor.toFloats());
        }
        return new CraftedCheckpoint(zip.byteOrder("little"));
    }

    public Path write(Path folder) {
        return zip.write(folder);
    }

    /// A module of the tree that is being built.
    private static final class Node {
        private final Map<String, Object> parameters = new LinkedHashMap<>();
        private final Map<String, Node> children = new LinkedHashMap<>();
        private String type = SEQUENTIAL;

        private Node child(String name) {
            return children.computeIfAbsent(name, _ -> new Node());
        }

        private void add(String path, Tensor tensor) {
            int dot = path.indexOf('.');
            if (dot < 0) {
                parameters.put(path, TorchModels.parameter(tensor));
            } else {
                child(path.substring(0, dot)).add(path.substring(dot + 1), tensor);
            }
        }

        private PickleWriter.Instance module(Object... attributes) {
            Map<String, Object> modules = new LinkedHashMap<>();
            children.forEach((name, child) -> modules.put(name, child.module()));
            return TorchModels.module(type, parameters, TorchModels.dict(), modules, attributes);
        }
    }
}
