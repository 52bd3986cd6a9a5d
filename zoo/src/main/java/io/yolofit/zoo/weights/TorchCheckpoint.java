package io.yolofit.zoo.weights;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/// What a PyTorch checkpoint of a detector says. Everything but the weights is empty if the file does not say it.
///
/// - `weights`: of `ema` if present and not null, else `model`, else `state_dict`, else the dict of tensors itself,
///   with BatchNorm's `num_batches_tracked`. Its metadata are the checkpoint's own texts: version, date, license.
/// - `source`: which of these it was: `ema`, `model`, `state_dict` or `tensors`.
/// - `names`: the classes, from 0.
/// - `yaml`: the architecture the model was made from. `trainArgs`: the training's options. Both hold String, Boolean,
///   Long, Double, List, Map and null.
/// - `epoch`: the last finished epoch, from 0; -1 when the training is over.
/// - `classCount`: `nc` of the architecture, else the number of names.
/// - `strides`: pixels per cell of each output level.
/// - `moduleClass`: Python class by path, such as `model.9.cv1.act` to `torch.nn.modules.activation.SiLU`; the model
///   itself is at "".
public record TorchCheckpoint(Weights weights, String source, SortedMap<Integer, String> names,
        Map<String, Object> yaml, Map<String, Object> trainArgs, OptionalInt epoch, OptionalInt classCount,
        List<Double> strides, Map<String, String> moduleClass) {

    /// Class of the activation of the convolution block at `path`, without its package: `SiLU`, or `Identity` for a
    /// linear one. Blocks of one name differ in it between releases; `SPPF.cv1` is the known case.
    public Optional<String> activation(String path) {
        return Optional.ofNullable(moduleClass.get(path + ".act"))
                .map(name -> name.substring(name.lastIndexOf('.') + 1));
    }
}
