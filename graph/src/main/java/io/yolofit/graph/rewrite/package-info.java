/// What every pass stands on: [Pass], and [Rewriter], which copies a graph while a pass changes what it wants.
///
/// May import: `io.yolofit.graph` and its package `op`.
package io.yolofit.graph.rewrite;
