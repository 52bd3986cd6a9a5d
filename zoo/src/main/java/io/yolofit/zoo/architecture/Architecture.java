package io.yolofit.zoo.architecture;

import io.yolofit.base.Failure;
import io.yolofit.graph.op.Activation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A family of models: its scales and its layers.
///
/// @param scales by name; empty if the family has one size
/// @param scaleKey `scale` of the file, one of the scales
/// @param layers one per row of the file
/// @param activation `activation` of the file: that of the convolutions; SiLU if it has none
/// @param classes `nc` of the file; 80 if it has none
/// @param text of the file, so that a checkpoint can contain its architecture
public record Architecture(String name, Map<String, Scale> scales, Optional<String> scaleKey, List<LayerSpec> layers,
        Activation activation, int classes, String text) {
    /// Default number of classes: COCO's.
    public static final int DEFAULT_CLASSES = 80;

    public Architecture {
        scales = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(scales));
        layers = List.copyOf(layers);
    }

    /// The scale with a name. If the name is empty, the one that the file selects, or else the first one.
    ///
    /// @throws ArchitectureException that lists the scales if there is no such scale
    public Scale scale(String scaleName) {
        if (scales.isEmpty()) {
            return Scale.whole();
        }
        if (scaleName.isEmpty()) {
            return scaleKey.isPresent() ? scales.get(scaleKey.get()) : scales.values().iterator().next();
        }
        Scale scale = scales.get(scaleName);
        if (scale == null) {
            throw new ArchitectureException(Failure.naming(name, name + " has no scale '" + scaleName + "'",
                    "use one of " + String.join(", ", scales.keySet())));
        }
        return scale;
    }
}
