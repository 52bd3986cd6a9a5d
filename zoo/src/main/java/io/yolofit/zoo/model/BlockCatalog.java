package io.yolofit.zoo.model;

import io.yolofit.base.DidYouMean;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.architecture.LayerSpec;
import io.yolofit.zoo.block.Block;
import io.yolofit.zoo.block.ConcatBlock;
import io.yolofit.zoo.block.ConvBlock;
import io.yolofit.zoo.block.IdentityBlock;
import io.yolofit.zoo.block.SppfBlock;
import io.yolofit.zoo.block.UpsampleBlock;
import io.yolofit.zoo.block.attention.AreaBlock;
import io.yolofit.zoo.block.attention.C3k2Block;
import io.yolofit.zoo.block.attention.PsaBlock;
import io.yolofit.zoo.block.csp.C2fCibBlock;
import io.yolofit.zoo.block.csp.C3Block;
import io.yolofit.zoo.block.csp.ScDownBlock;
import io.yolofit.zoo.block.csp.SplitBlock;
import io.yolofit.zoo.block.elan.AConvBlock;
import io.yolofit.zoo.block.elan.ADownBlock;
import io.yolofit.zoo.block.elan.CbFuseBlock;
import io.yolofit.zoo.block.elan.CbLinearBlock;
import io.yolofit.zoo.block.elan.ElanBlock;
import io.yolofit.zoo.block.elan.SppElanBlock;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Blocks by their names in model files.
public final class BlockCatalog {
    private static final Map<String, Block> BLOCKS = Map.ofEntries(
            Map.entry("Conv", new ConvBlock(false)), Map.entry("DWConv", new ConvBlock(true)),
            Map.entry("Concat", new ConcatBlock()), Map.entry("Upsample", new UpsampleBlock()),
            Map.entry("Identity", new IdentityBlock()), Map.entry("Silence", new IdentityBlock()),
            Map.entry("SPPF", new SppfBlock()),
            Map.entry("C2f", new SplitBlock(true)), Map.entry("C2", new SplitBlock(false)),
            Map.entry("C3", new C3Block(1)), Map.entry("C3k", new C3Block(3)),
            Map.entry("SCDown", new ScDownBlock()), Map.entry("C2fCIB", new C2fCibBlock()),
            Map.entry("PSA", new PsaBlock(false)), Map.entry("C2PSA", new PsaBlock(true)),
            Map.entry("C3k2", new C3k2Block()), Map.entry("A2C2f", new AreaBlock()),
            Map.entry("ELAN1", new ElanBlock(false)), Map.entry("RepNCSPELAN4", new ElanBlock(true)),
            Map.entry("AConv", new AConvBlock()), Map.entry("ADown", new ADownBlock()),
            Map.entry("SPPELAN", new SppElanBlock()), Map.entry("CBLinear", new CbLinearBlock()),
            Map.entry("CBFuse", new CbFuseBlock()));
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
            throw heads.contains(name) ? new ArchitectureException(name + " must be the last row", layer.origin(), "")
                    : new ArchitectureException("unknown block '" + name + "'", layer.origin(), "use one of "
                            + String.join(", ", known) + DidYouMean.question(name, known));
        }
        return block;
    }
}
