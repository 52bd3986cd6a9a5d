/// The fp64 interpreter. It defines the semantics of every op; gradients, passes, plans and engines are tested against
/// it.
///
/// Plain loops, written for reading. Element types are ignored: everything is fp64, and a cast is the identity.
///
/// Reading order: [Interpreter] (one case per op), [Evaluation] (the result of a run), then the families of ops, which
/// have the names of the engines' families: [ReferenceConvolution], [ReferenceNormalization], [ReferencePointwise],
/// [ReferenceShape], [ReferenceCopy], [ReferenceAttention], [ReferenceUpdate]; for the head [HeadLogits], [Box],
/// [ReferenceAssigner], [ReferenceDetectionLoss] and [ReferenceDetectionDecode].
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op` and the JDK.
package io.yolofit.graph.reference;
