package io.yolofit.zoo.block;

import io.yolofit.graph.DidYouMean;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.architecture.LayerSpec;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Blocks by their names in model files.
public final class BlockCatalog {
    private static final Map<String, Block> BLOCKS = Map.of(
            "Conv", new ConvBlock(),
            "C2f", new SplitBlock(true),
            "C2", new SplitBlock(false),
            "C3", new C3Block(),
            "SPPF", new SppfBlock(),
            "Upsample", new UpsampleBlock(),
            "Concat", new ConcatBlock());
    private static final String LIBRARY_PREFIX = "nn.";

    private BlockCatalog() {
    }

    /// @param heads names of the blocks that only the last row may have
    /// @throws ArchitectureException that names the row and lists all blocks
    public static Block of(LayerSpec layer, Set<String> heads) {
        String name = layer.block().startsWith(LIBRARY_PREFIX)
                ? layer.block().substring(LIBRARY_PREFIX.length()) : layer.block();
        Block block = BLOCKS.get(name);
        if (block == null) {
            Set<String> known = new TreeSet<>(BLOCKS.keySet());
            known.addAll(heads);
            String why = heads.contains(name) ? name + " must be the last row" : "unknown block '" + name
                    + "'; known are " + String.join(", ", known) + DidYouMean.question(name, known);
            throw new ArchitectureException(layer.origin() + ": " + why);
        }
        return block;
    }
}
