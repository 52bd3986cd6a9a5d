package io.yolofit.zoo.block.csp;

import io.yolofit.graph.Value;
import io.yolofit.zoo.block.Scope;

/// A module of a chain: one input, one output.
@FunctionalInterface
public interface Link {
    Value build(Scope scope, Value x);
}
