package io.yolofit.zoo.architecture;

import java.util.List;
import java.util.Map;

/// A family of models: its scales and its rows. The text is kept, so that a checkpoint can carry its own architecture.
///
/// @param scales by name; empty if the family has one size
/// @param classes as the file says; 80 if it does not
public record Architecture(String name, Map<String, Scale> scales, List<LayerSpec> rows, int classes, String text) {
    /// Classes of a model that is not told otherwise: COCO's.
    public static final int DEFAULT_CLASSES = 80;

    public Architecture {
        scales = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(scales));
        rows = List.copyOf(rows);
    }

    /// The scale of that name; without a name the first.
    ///
    /// @throws ArchitectureException if there is none
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
