package io.yolofit.zoo.weights;

import io.yolofit.zoo.weights.PickleWriter.Call;
import io.yolofit.zoo.weights.PickleWriter.Instance;
import io.yolofit.zoo.weights.PickleWriter.Tensor;
import io.yolofit.zoo.weights.PickleWriter.Tuple;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Small pickled models as PyTorch writes them.
final class TorchModels {
    private TorchModels() { }

    /// A map in the given order; values may be null.
    static Map<String, Object> dict(Object... keysAndValues) {
        Map<String, Object> dict = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            dict.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return dict;
    }

    static Call parameter(Tensor tensor) {
        return new Call("torch._utils", "_rebuild_parameter", tensor, true, new Call("collections", "OrderedDict"));
    }

    /// An `nn.Module` instance; `attributes` are added to its state.
    static Instance module(String type, Map<String, Object> parameters, Map<String, Object> buffers,
            Map<String, Object> children, Object... attributes) {
        Map<String, Object> state = dict("training", false, "_parameters", parameters, "_buffers", buffers,
                "_non_persistent_buffers_set", new Call("__builtin__", "set", List.of("scratch")),
                "_forward_hooks", new Call("collections", "OrderedDict"), "_modules", children);
        state.putAll(dict(attributes));
        int dot = type.lastIndexOf('.');
        return new Instance(type.substring(0, dot), type.substring(dot + 1), state);
    }

    /// A detector of one convolution block with weights in storages 0 (weight), 1 (running_var), 2 (count), 3 (stride).
    static Instance detector() {
        Instance conv = module("torch.nn.modules.conv.Conv2d", dict("weight",
                parameter(Tensor.contiguous("FloatStorage", "0", 2, 1, 1, 2)), "bias", null), dict(), dict());
        Instance norm = module("torch.nn.modules.batchnorm.BatchNorm2d", dict(),
                dict("running_var", Tensor.contiguous("FloatStorage", "1", 2),
                        "num_batches_tracked", Tensor.contiguous("LongStorage", "2"),
                        "scratch", Tensor.contiguous("FloatStorage", "1", 2), "unset", null), dict());
        Instance block = module("models.common.Conv", dict(), dict(), dict("conv", conv, "bn", norm,
                "act", module("torch.nn.modules.linear.Identity", dict(), dict(), dict()), "none", null));
        return module("models.yolo.DetectionModel", dict(), dict(), dict("model",
                module("torch.nn.modules.container.Sequential", dict(), dict(), dict("0", block))),
                "names", namesByNumber(), "yaml", dict("nc", 2, "ch", null, "head", List.of(List.of(-1, "Conv"))),
                "stride", Tensor.contiguous("FloatStorage", "3", 2));
    }

    private static Call namesByNumber() {
        return new Call("collections", "OrderedDict", Arrays.asList(new Tuple(0, "cat"), new Tuple(1, "dog")));
    }

    /// A checkpoint with the detector under `key` and the other entries that training writes.
    static TorchZip checkpoint(String key) {
        Map<String, Object> top = dict("epoch", 12, "best_fitness", new Call("numpy.core.multiarray", "scalar",
                new Call("numpy", "dtype", "f8", false, true), new Call("_codecs", "encode", "\u0000\u00ff", "latin1")),
                "model", null, "ema", null, "updates", 99L,
                "optimizer", dict("state", Map.of(0, Tensor.contiguous("FloatStorage", "absent", 5))),
                "train_args", dict("epochs", 100, "lr0", 0.01, "time", null, "amp", true,
                        "project", new Call("pathlib", "PosixPath", "/", "runs", "detect"),
                        "sizes", new Tuple(1, "x"), "namespace", new Call("types", "SimpleNamespace")),
                "version", "8.4", "date", "2026-11-21");
        top.put(key, detector());
        return detectorStorages(TorchZip.of(top)).byteOrder("little");
    }

    static TorchZip detectorStorages(TorchZip zip) {
        return zip.floats("0", 1, 2, 3, 4).floats("1", 0.5f, 0.25f).longs("2", 41).floats("3", 8, 16);
    }
}
