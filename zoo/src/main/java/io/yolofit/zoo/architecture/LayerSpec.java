package io.yolofit.zoo.architecture;

import java.util.List;

/// A layer of an architecture, from one row of the file: a block and its input layers.
///
/// @param index position, which tensor names contain: `model.4`
/// @param from absolute indices of the input layers; -1 is the image
/// @param repeats before scaling
/// @param origin file and line
public record LayerSpec(int index, List<Integer> from, int repeats, String block, Arguments arguments, String origin) {
    public LayerSpec {
        from = List.copyOf(from);
    }
}
