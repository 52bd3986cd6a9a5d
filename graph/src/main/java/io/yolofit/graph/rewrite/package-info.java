/// The interface of passes, [Pass], and their common base, [Rewriter], which copies a graph while a pass replaces parts
/// of it.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op` and the JDK.
package io.yolofit.graph.rewrite;
