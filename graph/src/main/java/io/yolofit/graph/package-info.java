/// The compiler's nouns: what a computation is, before anything runs.
///
/// Reading order: [DType], [Shape], [TensorType], [Role], [Value], [Node], [Graph], [GraphBuilder], then the packages
/// `op` (what a node may do), `pass` (how a graph becomes a training or an inference graph, by `rewrite` and with
/// `recompute`), `plan` (where every byte lies) and `reference` (what every op means, in fp64).
///
/// May import: the JDK.
package io.yolofit.graph;
