package io.yolofit.zoo.architecture;

import java.util.List;
import java.util.Map;

/// A family of models: its scales and its layers.
///
/// @param scales by name; empty if the family has one size
/// @param layers one per row of the file
/// @param classes `nc` of the file; 80 if it has none
/// @param text of the file, so that a checkpoint can contain its architecture
public record Architecture(String name, Map<String, Scale> scales, List<LayerSpec> layers, int classes, String text) {
    /// Default number of classes: COCO's.
    public static final int DEFAULT_CLASSES = 80;

    public Architecture {
        scales = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(scales));
        layers = List.copyOf(layers);
    }

    /// The scale with a name; the first one if the name is empty.
    ///
    /// @throws ArchitectureException that lists the scales if there is no such scale
    public Scale scale(String scaleName) {
        if (scales.isEmpty()) {
            return Scale.whole();
        }
        if (scaleName.isEmpty()) {
            return scales.values().iterator().next();
        }
        Scale scale = scales.get(scaleName);
        if (scale == null) {
            throw new ArchitectureException(name + " has no scale '" + scaleName + "'; it has "
                    + String.join(", ", scales.keySet()));
        }
        return scale;
    }
}
