/// The compiler's intermediate representation: typed values and nodes in static single assignment form.
///
/// Reading order: [DType], [Shape], [TensorType], [Role], [Value], [Node] with its [Phase], [Graph], [GraphBuilder],
/// then the packages `op` (operations), `head` (branches of a detection head), `pass` with `rewrite` and `recompute`
/// (from a forward graph to a training or inference graph), `plan` (the memory planner) and `reference` (the fp64
/// interpreter, which defines the semantics of every op).
///
/// May import: `io.yolofit.base`, `io.yolofit.graph.op` and the JDK.
package io.yolofit.graph;
