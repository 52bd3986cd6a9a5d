/// Branches of a detection head in a graph: the names of their outputs, their losses and their decoder.
///
/// Reading order: [HeadOutputs], [BranchLoss], [BranchDecode].
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op` and the JDK.
package io.yolofit.graph.head;
