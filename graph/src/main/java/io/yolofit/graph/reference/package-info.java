/// What every op means, in fp64: the definition that gradients, passes, plans and engines are held against.
///
/// Plain loops, written for reading. Types other than the shapes' are ignored: a cast is the identity, and half
/// precision is as exact as any other.
///
/// Reading order: [Interpreter] (one case an op), [Evaluation] (what a run gives), then an op's meaning where the
/// interpreter names it: [ReferenceConvolution], [ReferenceNormalization], [ReferencePooling], [ReferenceLayout],
/// [ReferenceUpdate]; for the head [HeadLogits], [Box], [ReferenceAssigner], [ReferenceLoss] and [ReferenceDecode].
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op` and the JDK.
package io.yolofit.graph.reference;
