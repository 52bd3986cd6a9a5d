package io.yolofit.graph.rewrite;

import io.yolofit.graph.Graph;

/// One rewrite of a graph. The result is a new graph; the source is not changed.
@FunctionalInterface
public interface Pass {
    Graph run(Graph graph);
}
