package io.yolofit.zoo.architecture;

import java.util.List;

/// One row of an architecture: a block and the rows it reads.
///
/// @param index position, which checkpoints name: `model.4`
/// @param from indices of the rows it reads, absolute; -1 is the image
/// @param repeats as written, before scaling
/// @param origin file and line
public record LayerSpec(int index, List<Integer> from, int repeats, String block, Arguments arguments, String origin) {
    public LayerSpec {
        from = List.copyOf(from);
    }
}
