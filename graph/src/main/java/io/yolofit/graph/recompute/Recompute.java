package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.rewrite.Pass;

/// Rematerialization (activation checkpointing): recomputes activations in the backward pass instead of saving them.
/// ```
/// %y = conv2d.forward %x, %w                      %y = conv2d.forward %x, %w
/// %a, %m, %s, .. = bnact.forward %y, %g, %b, ..   %a, %m, %s, .. = bnact.forward %y, %g, %b, ..
/// %z = conv2d.forward %a, %v                      %z = conv2d.forward %a, %v
/// ..                                              ..
/// %dv = conv2d.weightgrad %a, %dz      becomes    %a' = bnact.apply %y, %g, %b, %m, %s
///                                                 %dv = conv2d.weightgrad %a', %dz
/// ```
/// The live range of `%a` then ends in the forward pass. Recomputed values are bit-identical: they use the saved batch
/// statistics, running statistics are updated once, and every op is repeated unchanged. Convolution outputs are
/// expensive to recompute, so `DEFAULT` saves them, except in the first segment, in the interiors of segments at the
/// two highest resolutions, where they are large and take little work, and the 1x1 convolutions of RepConv. `MAX` saves
/// the outputs of segments only (Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016; a segment is one
/// layer of the model).
///
/// Recomputation itself takes memory and work, so [RecomputeSearch] evaluates every choice on the memory plan of the
/// engine that will run the program: with its workspaces, and with the live ranges of its side stream. Does not fire if
/// the arena would not shrink.
///
/// Between the three policies there is a frontier of memory against time: [Share] selects a point of it.
///
/// @param workspace of the engine's kernels
public record Recompute(Amount amount, WorkspaceModel workspace) implements Pass {
    /// How much is recomputed.
    public sealed interface Amount permits Policy, Share {
    }

    /// Which activations are recomputed.
    public enum Policy implements Amount {
        /// Nothing.
        OFF,
        /// Cheap ones: 2 to 3 % more FLOPs, up to 10 % for heads at a high resolution.
        DEFAULT,
        /// All that shrink the arena: about 20 % more FLOPs.
        MAX
    }

    /// A point of the frontier: as little recomputation as achieves this share of the memory that `MAX` saves.
    ///
    /// @param saved from 0, which recomputes nothing, to 1, which saves as much as `MAX`
    public record Share(double saved) implements Amount {
        public Share {
            if (!(saved >= 0 && saved <= 1)) {
                throw new IllegalArgumentException("a share of " + saved + ": expected a number from 0 to 1");
            }
        }
    }

    /// For kernels without workspaces, which run one after the other.
    public Recompute(Amount amount) {
        this(amount, WorkspaceModel.none());
    }

    @Override
    public Graph run(Graph graph) {
        return amount == Policy.OFF ? graph : RecomputeFrontier.of(graph, workspace).at(amount);
    }
}
