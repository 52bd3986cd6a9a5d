/// Heads of detectors as data: branches with their levels, assignment, weight and members, and one builder for all.
///
/// Reading order: [Task], [HeadBranch], [HeadStyle], [HeadKind] (the heads of all families), [HeadCatalog] (from a row
/// of a model file to a kind), [HeadBuilder], [HeadSpec] (the head of a built model, for loss, decoder and reports).
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.head`, `io.yolofit.graph.op`, `io.yolofit.zoo.architecture`,
/// `io.yolofit.zoo.block` and the JDK.
package io.yolofit.zoo.head;
