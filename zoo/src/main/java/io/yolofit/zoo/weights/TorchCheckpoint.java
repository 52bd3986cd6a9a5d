package io.yolofit.zoo.weights;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/// Contents of a PyTorch checkpoint of a detector. All components except the weights may be empty.
///
/// - `weights`: those of `source`, including `num_batches_tracked` of batch norms. Its metadata are the checkpoint's
///   strings: version, date, license.
/// - `source`: origin of the weights: the first of `ema`, `model`, `state_dict`, `ema_state_dict`, `model_state_dict`
///   and `weights` that is a module or a dict; otherwise `tensors`, the dict of the file itself.
/// - `names`: class names by index, from 0.
/// - `yaml`: the architecture. `trainArgs`: the training options. Values are String, Boolean, Long, Double, List, Map
///   and null.
/// - `epoch`: the last finished epoch, from 0; -1 after the end of training.
/// - `classCount`: `nc` of the architecture, else the number of names.
/// - `strides`: pixels per cell of each output level.
/// - `moduleClass`: Python class by path, such as `torch.nn.modules.activation.SiLU` at `model.9.cv1.act`; the model
///   itself is at the empty path.
public record TorchCheckpoint(Weights weights, String source, SortedMap<Integer, String> names,
        Map<String, Object> yaml, Map<String, Object> trainArgs, OptionalInt epoch, OptionalInt classCount,
        List<Double> strides, Map<String, String> moduleClass) {

    /// A checkpoint that contains nothing but tensors.
    public static TorchCheckpoint tensorsOnly(Weights weights) {
        return new TorchCheckpoint(weights, "tensors", Collections.emptySortedMap(), Map.of(), Map.of(),
                OptionalInt.empty(), OptionalInt.empty(), List.of(), Map.of());
    }

    /// Class of the activation of the convolution block at `path`, without its package: `SiLU`, or `Identity` for a
    /// linear one. It differs between releases for `SPPF.cv1`.
    public Optional<String> activation(String path) {
        return Optional.ofNullable(moduleClass.get(path + ".act"))
                .map(name -> name.substring(name.lastIndexOf('.') + 1));
    }
}
